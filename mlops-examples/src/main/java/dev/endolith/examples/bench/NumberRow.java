package dev.endolith.examples.bench;

import dev.endolith.data.Features;
import dev.endolith.data.Field;
import dev.endolith.data.RawRow;
import dev.endolith.data.Schema;
import java.util.stream.IntStream;

/** Rows that hold their numbers as a model takes them. */
final class NumberRow implements Features<double[]> {
  private final Schema schema;
  private final int fields;

  NumberRow(int fields) {
    this.fields = fields;
    this.schema =
        Schema.of(IntStream.range(0, fields).mapToObj(i -> Field.number("f" + i)).toList());
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public double number(double[] x, int field) {
    return x[field];
  }

  @Override
  public void numbers(double[] x, double[] into) {
    System.arraycopy(x, 0, into, 0, fields);
  }

  @Override
  public String category(double[] x, int field) {
    throw new IllegalArgumentException("there are only numbers");
  }

  @Override
  public double[] read(RawRow raw) {
    throw new IllegalStateException("rows are made, not read");
  }
}
