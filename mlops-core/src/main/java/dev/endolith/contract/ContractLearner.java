package dev.endolith.contract;

import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Features;
import dev.endolith.data.Field;
import dev.endolith.data.FieldType;
import dev.endolith.data.Schema;
import dev.endolith.privacy.PrivacyPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Learns a contract from rows, a column at a time. */
final class ContractLearner {
  /** More are an open set, such as names; nothing is learned about it. */
  private static final int MOST_CATEGORIES = 1_000;

  private ContractLearner() {}

  static <X> InputContract learn(Dataset<X, ?> training, PrivacyPolicy privacy, double outliers) {
    if (training.size() == 0) {
      throw new IllegalArgumentException("a contract is learned from at least one row, had none");
    }
    if (!(outliers >= 0 && outliers < 1)) {
      throw new IllegalArgumentException(
          "the share of outliers must be in [0, 1), was " + outliers);
    }
    Features<X> features = training.task().features();
    Schema schema = features.schema();
    int n = training.size();
    List<FieldContract> fields = new ArrayList<>();
    Map<String, double[]> numbers = new HashMap<>();
    for (int i = 0; i < schema.size(); i++) {
      Field field = schema.field(i);
      if (!privacy.keeps(schema, i)) {
        fields.add(hidden(field, missing(training, features, i)));
      } else if (field.type().numeric()) {
        double[] column = new double[n];
        int row = 0;
        for (Example<X, ?> example : training) {
          column[row++] = features.number(example.x(), i);
        }
        numbers.put(field.name(), column);
        fields.add(numeric(field, column));
      } else {
        fields.add(words(field, training, features, i));
      }
    }
    List<Relation> relations = Relations.find(schema, numbers);
    InputContract all =
        new InputContract(fields, relations, Double.POSITIVE_INFINITY, RuleAction.FLAG, n);
    BoundContract<X> bound = all.bind(features);
    double[] scores = new double[n];
    int row = 0;
    for (Example<X, ?> example : training) {
      scores[row++] = bound.inspect(example.x()).outlierScore();
    }
    Arrays.sort(scores);
    // of n sorted scores, at most floor(share * n) are greater than this one
    return all.withOutlierThreshold(scores[n - 1 - (int) Math.floor(outliers * n)]);
  }

  private static <X> long missing(Dataset<X, ?> training, Features<X> features, int field) {
    boolean numeric = features.schema().field(field).type().numeric();
    long missing = 0;
    for (Example<X, ?> example : training) {
      if (numeric
          ? Double.isNaN(features.number(example.x(), field))
          : features.category(example.x(), field) == null) {
        missing++;
      }
    }
    return missing;
  }

  /** What was never missing is expected to be there. */
  private static RuleAction onMissing(long missing) {
    return missing == 0 ? RuleAction.FLAG : RuleAction.IGNORE;
  }

  private static FieldContract hidden(Field field, long missing) {
    return new FieldContract(
        new FieldContract.Stored(
            field.name(),
            field.type(),
            onMissing(missing),
            Double.NEGATIVE_INFINITY,
            Double.POSITIVE_INFINITY,
            RuleAction.IGNORE,
            false,
            RuleAction.IGNORE,
            Map.of(),
            RuleAction.IGNORE,
            Double.NaN,
            null,
            Histogram.NONE,
            0));
  }

  private static FieldContract numeric(Field field, double[] column) {
    double[] finite = Arrays.stream(column).filter(Double::isFinite).sorted().toArray();
    long missing = Arrays.stream(column).filter(Double::isNaN).count();
    if (finite.length == 0) {
      return hidden(field, missing);
    }
    double low = finite[0];
    double high = finite[finite.length - 1];
    boolean time = field.type() == FieldType.DATE || field.type() == FieldType.TIMESTAMP;
    boolean whole =
        field.type() == FieldType.NUMBER && Arrays.stream(finite).allMatch(v -> v == Math.rint(v));
    return new FieldContract(
        new FieldContract.Stored(
            field.name(),
            field.type(),
            onMissing(missing),
            time ? Double.NEGATIVE_INFINITY : low,
            time ? Double.POSITIVE_INFINITY : high,
            time ? RuleAction.IGNORE : RuleAction.FLAG,
            whole,
            whole ? RuleAction.FLAG : RuleAction.IGNORE,
            Map.of(),
            RuleAction.IGNORE,
            finite[(finite.length - 1) / 2], // the lower median, a value that occurred
            null,
            time ? Histogram.NONE : histogram(finite),
            missing));
  }

  private static Histogram histogram(double[] sorted) {
    double low = sorted[0];
    double high = sorted[sorted.length - 1];
    if (!Double.isFinite(high - low)) {
      return Histogram.NONE; // wider than any double
    }
    int bins =
        high > low ? Math.max(1, Math.min(Histogram.MOST_BINS, (int) Math.sqrt(sorted.length))) : 1;
    Long[] counts = new Long[bins];
    Arrays.fill(counts, 0L);
    Histogram empty = new Histogram(low, high, Arrays.asList(counts));
    for (double value : sorted) {
      counts[empty.bin(value)]++;
    }
    return new Histogram(low, high, Arrays.asList(counts));
  }

  private static <X> FieldContract words(
      Field field, Dataset<X, ?> training, Features<X> features, int position) {
    long missing = missing(training, features, position);
    if (field.type() == FieldType.TEXT) {
      return hidden(field, missing);
    }
    Map<String, Long> counts = new HashMap<>();
    for (Example<X, ?> example : training) {
      String category = features.category(example.x(), position);
      if (category != null) {
        counts.merge(category, 1L, Long::sum);
        if (counts.size() > MOST_CATEGORIES) {
          return hidden(field, missing);
        }
      }
    }
    if (counts.isEmpty()) {
      return hidden(field, missing);
    }
    String mode =
        counts.entrySet().stream()
            .max(
                Map.Entry.<String, Long>comparingByValue()
                    .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
            .orElseThrow()
            .getKey();
    return new FieldContract(
        new FieldContract.Stored(
            field.name(),
            field.type(),
            onMissing(missing),
            Double.NEGATIVE_INFINITY,
            Double.POSITIVE_INFINITY,
            RuleAction.IGNORE,
            false,
            RuleAction.IGNORE,
            counts,
            RuleAction.FLAG,
            Double.NaN,
            mode,
            Histogram.NONE,
            missing));
  }
}
