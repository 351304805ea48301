package dev.endolith.monitoring.quality;

import com.dynatrace.hash4j.hashing.HashValue128;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Figures of one column, in one pass and constant memory beside the distinct values. */
final class ColumnStats<X> {
  private final ColumnReader<X> column;
  private final @Nullable DistinctCounter distinct;
  private long rows;
  private long missing;
  private long infinite;
  private long finite;
  private double mean;
  private double squares;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private long characters;

  ColumnStats(ColumnReader<X> column, boolean countDistinct, int mostDistinct) {
    this.column = column;
    this.distinct = countDistinct ? new DistinctCounter(mostDistinct) : null;
  }

  void add(X x) {
    rows++;
    if (column.numeric()) {
      number(column.number(x));
    } else {
      String text = column.text(x);
      if (text == null) {
        missing++;
      } else {
        characters += text.codePointCount(0, text.length());
      }
    }
    if (distinct != null) {
      HashValue128 hash = column.hash(x);
      if (hash != null) {
        distinct.add(hash.getMostSignificantBits(), hash.getLeastSignificantBits());
      }
    }
  }

  private void number(double value) {
    if (Double.isNaN(value)) {
      missing++;
      return;
    }
    min = Math.min(min, value);
    max = Math.max(max, value);
    if (Double.isInfinite(value)) {
      infinite++;
      return;
    }
    finite++;
    double before = value - mean; // B. P. Welford, Technometrics 4(3), 1962
    mean += before / finite;
    squares += before * (value - mean);
  }

  void write(DataOutput out) throws IOException {
    for (long count : new long[] {rows, missing, infinite, finite, characters}) {
      out.writeLong(count);
    }
    for (double figure : new double[] {mean, squares, min, max}) {
      out.writeDouble(figure);
    }
    if (distinct != null) {
      distinct.write(out);
    }
  }

  void read(DataInput in) throws IOException {
    rows = Tally.count(in, Long.MAX_VALUE);
    missing = Tally.count(in, rows);
    infinite = Tally.count(in, rows - missing);
    finite = Tally.count(in, rows - missing - infinite);
    characters = Tally.count(in, Long.MAX_VALUE);
    mean = in.readDouble();
    squares = in.readDouble();
    min = in.readDouble();
    max = in.readDouble();
    if (distinct != null) {
      distinct.read(in);
    }
  }

  double value(Measure measure) {
    long values = rows - missing;
    boolean numeric = column.numeric();
    return switch (measure) {
      case ROWS -> rows;
      case MISSING_SHARE -> rows == 0 ? Double.NaN : (double) missing / rows;
      case INFINITE_SHARE -> numeric && values > 0 ? (double) infinite / values : Double.NaN;
      case DISTINCT -> distinct == null ? Double.NaN : distinct.count();
      case MEAN -> finite > 0 ? mean : Double.NaN;
      case DEVIATION -> finite > 1 ? Math.sqrt(squares / (finite - 1)) : Double.NaN;
      case MIN -> numeric && values > 0 ? min : Double.NaN;
      case MAX -> numeric && values > 0 ? max : Double.NaN;
      case MEAN_LENGTH -> !numeric && values > 0 ? (double) characters / values : Double.NaN;
    };
  }

  /** One standard deviation of a figure that is estimated, else 0. */
  double error(Measure measure) {
    return measure == Measure.DISTINCT && distinct != null
        ? distinct.error() * distinct.count()
        : 0;
  }

  boolean measures(Measure measure) {
    return switch (measure) {
      case MEAN, DEVIATION, MIN, MAX, INFINITE_SHARE -> column.numeric();
      case MEAN_LENGTH -> !column.numeric();
      case ROWS, MISSING_SHARE, DISTINCT -> true;
    };
  }
}
