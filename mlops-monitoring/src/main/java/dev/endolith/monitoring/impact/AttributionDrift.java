package dev.endolith.monitoring.impact;

import dev.endolith.explain.Explainer;
import dev.endolith.explain.Explanation.Contribution;
import dev.endolith.monitoring.drift.Correction;
import dev.endolith.monitoring.drift.WelchT;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Whether the model decides for other reasons than it did: the contributions of its fields to rows
 * of the reference and to current ones. Immutable.
 *
 * @param rows how many current rows were explained
 * @param agreement how well the ranking of the fields by mean absolute contribution is kept: the
 *     normalised discounted cumulative gain of the current order with the reference's contributions
 *     as gains (K. Järvelin and J. Kekäläinen, ACM Transactions on Information Systems 20, 2002), 1
 *     for the same order; NaN if the reference has no contribution at all
 * @param fields the fields, greatest change of the mean absolute contribution first
 */
public record AttributionDrift(int rows, double agreement, List<Field> fields) {
  /**
   * A field's contributions.
   *
   * @param name the field
   * @param reference its mean absolute contribution in the reference, in units of the explanation
   * @param current the same now
   * @param adjustedPValue of Welch's test that both are equal, adjusted for the number of fields
   *     (Benjamini–Hochberg); NaN where nothing varies
   */
  public record Field(String name, double reference, double current, double adjustedPValue) {}

  /**
   * Copies the fields.
   *
   * @param rows the rows explained
   * @param agreement how well the ranking is kept
   * @param fields the fields
   */
  public AttributionDrift {
    fields =
        fields.stream()
            .sorted(
                Comparator.comparingDouble((Field f) -> -Math.abs(f.current - f.reference))
                    .thenComparing(Field::name))
            .toList();
  }

  /**
   * Explains rows of both sides. Costs one explanation for each.
   *
   * @param explainer explains; with a background from the reference, for both sides the same
   * @param output which output is explained, as {@link Explainer#explain} has it
   * @param reference rows as they should be
   * @param current rows as they are
   * @param sample how many rows of each side are drawn at most, at least 2
   * @param seed of the drawing
   * @param <X> the row
   * @return the change of the reasons
   * @throws IllegalArgumentException if {@code sample} is below 2, or a side has fewer than 2 rows
   */
  public static <X> AttributionDrift of(
      Explainer<X> explainer,
      int output,
      List<? extends X> reference,
      List<? extends X> current,
      int sample,
      long seed) {
    if (sample < 2 || reference.size() < 2 || current.size() < 2) {
      throw new IllegalArgumentException(
          "sample and the rows of each side must be at least 2, were "
              + sample
              + ", "
              + reference.size()
              + " and "
              + current.size());
    }
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, double[]> before =
        contributions(explainer, output, Swaps.draw(reference, sample, random));
    List<X> rows = Swaps.draw(current, sample, random);
    Map<String, double[]> now = contributions(explainer, output, rows);
    List<String> names = List.copyOf(before.keySet());
    List<double[]> was = List.copyOf(before.values());
    List<double[]> is =
        names.stream().map(name -> now.getOrDefault(name, new double[rows.size()])).toList();
    double[] p = new double[names.size()];
    for (int i = 0; i < p.length; i++) {
      p[i] = WelchT.create().compare(was.get(i), is.get(i)).pValue();
    }
    double[] adjusted = Correction.BENJAMINI_HOCHBERG.adjust(p);
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < p.length; i++) {
      fields.add(new Field(names.get(i), mean(was.get(i)), mean(is.get(i)), adjusted[i]));
    }
    return new AttributionDrift(rows.size(), agreement(fields), fields);
  }

  private static <X> Map<String, double[]> contributions(
      Explainer<X> explainer, int output, List<X> rows) {
    Map<String, double[]> absolute = new LinkedHashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      for (Contribution c : explainer.explain(rows.get(i), output).contributions()) {
        double[] values = absolute.computeIfAbsent(c.field(), field -> new double[rows.size()]);
        values[i] = Math.abs(c.value());
      }
    }
    return absolute;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return values.length == 0 ? 0 : sum / values.length;
  }

  private static double agreement(List<Field> fields) {
    double gain = discounted(fields, Comparator.comparingDouble(f -> -f.current));
    double ideal = discounted(fields, Comparator.comparingDouble(f -> -f.reference));
    return ideal > 0 ? gain / ideal : Double.NaN;
  }

  private static double discounted(List<Field> fields, Comparator<Field> order) {
    double gain = 0;
    int rank = 1;
    for (Field field : fields.stream().sorted(order).toList()) {
      gain += field.reference * Math.log(2) / Math.log(++rank);
    }
    return gain;
  }
}
