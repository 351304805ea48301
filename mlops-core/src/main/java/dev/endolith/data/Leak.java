package dev.endolith.data;

import java.time.Instant;

/** One way in which training rows tell what the rows to judge on should not know. */
public sealed interface Leak {
  /**
   * What was found, with its numbers.
   *
   * @return a sentence for people, without any row's values
   */
  String evidence();

  /**
   * A feature tells the label.
   *
   * @param field the feature
   * @param explained how much of the label it explains, in [0, 1]: for labels the share of the
   *     errors of always answering the most frequent one that go away when each row is answered
   *     from the other rows of its value, or of the nearest (Goodman and Kruskal's λ, 1954,
   *     leave-one-out); for numbers the share of the variance that is left out of account likewise
   * @param equal whether the feature is the label itself, row by row
   * @param rows how many rows were looked at
   */
  record TargetInFeature(String field, double explained, boolean equal, int rows) implements Leak {
    @Override
    public String evidence() {
      return "feature '"
          + field
          + "' "
          + (equal ? "equals the label" : "explains " + percent(explained) + " of the label")
          + " on "
          + rows
          + " training rows";
    }
  }

  /**
   * Rows to judge on stand among the training rows.
   *
   * @param repeated how many
   * @param of of how many
   * @param sameLabel how many of them have the label of a training row of the same features
   * @param withinTraining the share of training rows that have a twin among the training rows, in
   *     [0, 1]: about the share that chance alone would repeat
   */
  record RepeatedRows(int repeated, int of, int sameLabel, double withinTraining) implements Leak {
    @Override
    public String evidence() {
      return repeated
          + " of "
          + of
          + " rows to judge on have the features of a training row, "
          + sameLabel
          + " of them its label; among the training rows "
          + percent(withinTraining)
          + " have a twin";
    }
  }

  /**
   * Rows to judge on have keys of training rows.
   *
   * @param shared how many rows to judge on
   * @param of of how many
   */
  record SharedKeys(int shared, int of) implements Leak {
    @Override
    public String evidence() {
      return shared + " of " + of + " rows to judge on have the key of a training row";
    }
  }

  /**
   * Training rows happened after rows to judge on.
   *
   * @param early how many rows to judge on happened before the last training row
   * @param of of how many
   * @param lastTraining when the last training row happened
   * @param firstJudged when the first row to judge on happened
   */
  record TimeOverlap(int early, int of, Instant lastTraining, Instant firstJudged) implements Leak {
    @Override
    public String evidence() {
      return early
          + " of "
          + of
          + " rows to judge on happened before the last training row: training ends "
          + lastTraining
          + ", judging begins "
          + firstJudged;
    }
  }

  private static String percent(double share) {
    return Math.round(share * 10_000) / 100.0 + " %";
  }
}
