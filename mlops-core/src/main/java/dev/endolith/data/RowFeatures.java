package dev.endolith.data;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The features of rows that are known only at run time. */
final class RowFeatures implements Features<Row> {
  private final Schema schema;

  RowFeatures(Schema schema) {
    this.schema = schema;
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public double number(Row row, int field) {
    return row.number(field);
  }

  @Override
  public @Nullable String category(Row row, int field) {
    return row.category(field);
  }

  @Override
  public boolean changes() {
    return true;
  }

  @Override
  public Row with(Row row, Row values) {
    return values;
  }

  @Override
  public Row read(RawRow raw) {
    double[] numbers = new double[schema.size()];
    Arrays.fill(numbers, Double.NaN);
    @Nullable String[] categories = new String[schema.size()];
    for (int i = 0; i < schema.size(); i++) {
      Field field = schema.field(i);
      if (raw.text(field.name()) == null) {
        if (!field.nullable()) {
          raw.required(field.name());
        }
      } else if (field.type().numeric()) {
        numbers[i] = CellParser.number(raw, field.name(), field.type());
      } else {
        categories[i] = CellParser.category(raw, field);
      }
    }
    return Row.of(schema, numbers, categories);
  }
}
