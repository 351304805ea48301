package dev.endolith.data;

/** The rule that a label is never a feature. */
final class LabelColumn {
  private LabelColumn() {}

  static void check(Schema schema, String column) {
    if (schema.position(column).isPresent()) {
      throw new IllegalArgumentException(
          "the label's column '"
              + column
              + "' is also a feature, so the model would be told the answer; remove it from the row"
              + " or mark it @Ignore");
    }
  }
}
