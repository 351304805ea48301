package dev.endolith.monitoring.quality;

import com.dynatrace.hash4j.hashing.HashStream128;
import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.endolith.data.Features;
import dev.endolith.data.Field;
import dev.endolith.data.FieldType;
import dev.endolith.data.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One column of the rows. */
final class ColumnReader<X> {
  private final Features<X> features;
  private final int position;
  private final Field field;

  private ColumnReader(Features<X> features, int position) {
    this.features = features;
    this.position = position;
    this.field = features.schema().field(position);
  }

  /** The column, null if the rows lack it. */
  static <X> @Nullable ColumnReader<X> of(Features<X> features, String column) {
    Schema schema = features.schema();
    int position = schema.position(column).orElse(-1);
    return position < 0 ? null : new ColumnReader<>(features, position);
  }

  int position() {
    return position;
  }

  FieldType type() {
    return field.type();
  }

  boolean numeric() {
    return field.type().numeric();
  }

  double number(X x) {
    return features.number(x, position);
  }

  @Nullable String text(X x) {
    return features.category(x, position);
  }

  boolean missing(X x) {
    return numeric() ? Double.isNaN(number(x)) : text(x) == null;
  }

  /** The value as a rule writes it, null where it is missing. */
  @Nullable String word(X x) {
    if (!numeric()) {
      return text(x);
    }
    double number = number(x);
    if (Double.isNaN(number)) {
      return null;
    }
    return field.type() == FieldType.BOOLEAN ? Boolean.toString(number != 0) : Names.number(number);
  }

  /** The hash of a row's values; null if all are missing. */
  static <X> @Nullable HashValue128 hash(HashStream128 stream, List<ColumnReader<X>> columns, X x) {
    stream.reset();
    boolean any = false;
    for (ColumnReader<X> column : columns) {
      if (column.numeric()) {
        double number = column.number(x);
        any |= !Double.isNaN(number);
        stream.putDouble(number + 0.0); // one zero
      } else {
        String text = column.text(x);
        any |= text != null;
        stream.putBoolean(text != null).putString(text == null ? "" : text);
      }
    }
    return any ? stream.get() : null;
  }

  /** The hash of one value; equal for columns of numbers and of words that write it alike. */
  @Nullable HashValue128 hash(X x) {
    String word = word(x);
    return word == null ? null : Hashing.xxh3_128().hashCharsTo128Bits(word);
  }
}
