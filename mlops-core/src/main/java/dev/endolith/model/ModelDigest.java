package dev.endolith.model;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Dataset;
import dev.endolith.data.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What makes two models the same: what they were trained with, and what they answer to given rows,
 * to the bit. A model's stored bytes are no yardstick, because formats write times into them.
 * Immutable.
 *
 * @param parameters the parameters, without the provenance
 * @param rows the fingerprint of the rows that were asked
 * @param answers the digest of the answers to them, to the bit
 * @param value the digest over all three
 */
public record ModelDigest(
    Map<String, String> parameters, Digest rows, Digest answers, Digest value) {
  /**
   * Copies the parameters.
   *
   * @param parameters the parameters, without the provenance
   * @param rows the fingerprint of the rows that were asked
   * @param answers the digest of the answers to them, to the bit
   * @param value the digest over all three
   */
  public ModelDigest {
    parameters = Map.copyOf(parameters);
  }

  /**
   * Asks a model and digests. The same Java, trainer, data and seed give the same digest.
   *
   * @param model the model; is asked once for each row
   * @param parameters what it was trained with; {@link TrainedModel#PROVENANCE} is left out
   * @param rows the rows to ask
   * @param <X> the row
   * @param <Y> the label
   * @return the digest
   */
  public static <X, Y> ModelDigest of(
      Predictor<X, Y> model, Map<String, String> parameters, Dataset<X, Y> rows) {
    Map<String, String> kept = new TreeMap<>(parameters);
    kept.remove(TrainedModel.PROVENANCE);
    Digest answers = Outcomes.of(model, rows).answersDigest();
    Digest value =
        Digest.ofText(
            CanonicalJson.write(
                Map.of(
                    "answers", answers, "parameters", kept, "rows", rows.fingerprint(), "v", 1)));
    return new ModelDigest(kept, rows.fingerprint(), answers, value);
  }

  /**
   * Digests a trained model.
   *
   * @param model the model
   * @param rows the rows to ask
   * @param <X> the row
   * @param <Y> the label
   * @return the digest
   */
  public static <X, Y> ModelDigest of(TrainedModel<X, Y> model, Dataset<X, Y> rows) {
    return of(model.predictor(), model.parameters(), rows);
  }

  /**
   * What differs from another model's digest.
   *
   * @param other the other
   * @return sentences; empty if and only if the two are the same
   */
  public List<String> differences(ModelDigest other) {
    List<String> differences = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>(parameters.keySet());
    names.addAll(other.parameters.keySet());
    for (String name : names) {
      String mine = parameters.get(name);
      String theirs = other.parameters.get(name);
      if (mine == null || !mine.equals(theirs)) {
        differences.add(
            "parameter '"
                + name
                + "' is "
                + quoted(mine)
                + " in one, "
                + quoted(theirs)
                + " in the other");
      }
    }
    if (!rows.equals(other.rows)) {
      differences.add("the models were asked different rows");
    } else if (!answers.equals(other.answers)) {
      differences.add("the answers to the same rows differ");
    }
    return List.copyOf(differences);
  }

  private static String quoted(@org.jspecify.annotations.Nullable String value) {
    return value == null ? "absent" : "'" + value + "'";
  }
}
