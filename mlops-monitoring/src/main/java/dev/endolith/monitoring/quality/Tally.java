package dev.endolith.monitoring.quality;

import com.dynatrace.hash4j.hashing.HashStream128;
import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.endolith.data.Features;
import dev.endolith.data.FieldType;
import dev.endolith.data.Schema;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What one expectation has seen so far. */
abstract class Tally<X> {
  /** What an expectation says in the end. */
  record Outcome(Status status, double value, String evidence) {
    /** What may be said where the figure is a value of a column that the privacy policy drops. */
    Outcome hidden() {
      return new Outcome(status, Double.NaN, "the figure is hidden");
    }
  }

  private final Expectation expectation;
  private final Examples<X> examples;
  private long rows;
  private long broken;
  private boolean hidden;

  Tally(Expectation expectation, Examples<X> examples) {
    this.expectation = expectation;
    this.examples = examples;
  }

  /** From now on says whether the rule holds, and no figure. */
  final Tally<X> hide() {
    hidden = true;
    return this;
  }

  final Expectation expectation() {
    return expectation;
  }

  /** Sees a row; answers whether the row as such breaks the rule. */
  final boolean add(X x, long row) {
    boolean breaks = breaks(x, row);
    rows++;
    if (breaks) {
      broken++;
      examples.add(x, row);
    }
    return breaks;
  }

  final CheckResult result() {
    Outcome outcome = hidden ? outcome().hidden() : outcome();
    return new CheckResult(
        expectation,
        outcome.status(),
        rows,
        broken(),
        outcome.value(),
        outcome.evidence(),
        examples.shown());
  }

  /** Writes what it has seen, but for examples. */
  final void write(DataOutput out) throws IOException {
    out.writeLong(rows);
    out.writeLong(broken);
    writeMore(out);
  }

  final void read(DataInput in) throws IOException {
    rows = count(in, Long.MAX_VALUE);
    broken = count(in, rows);
    readMore(in);
  }

  /** A number of things of which there are so many at most. */
  static long count(DataInput in, long most) throws IOException {
    long count = in.readLong();
    if (count < 0 || count > most) {
      throw new IOException("a count must be in [0, " + most + "], was " + count);
    }
    return count;
  }

  /** Writes what a kind of rule counts beside rows. */
  void writeMore(DataOutput out) throws IOException {}

  void readMore(DataInput in) throws IOException {}

  final long rows() {
    return rows;
  }

  long broken() {
    return broken;
  }

  final Examples<X> examples() {
    return examples;
  }

  abstract boolean breaks(X x, long row);

  abstract Outcome outcome();

  static Outcome impossible(String problem) {
    return new Outcome(Status.BROKEN, Double.NaN, problem);
  }

  static Status status(boolean held) {
    return held ? Status.HELD : Status.BROKEN;
  }

  /** A rule whose answer is known before any row. */
  static final class Fixed<X> extends Tally<X> {
    private final Outcome outcome;

    Fixed(Expectation expectation, Examples<X> examples, Outcome outcome) {
      super(expectation, examples);
      this.outcome = outcome;
    }

    @Override
    boolean breaks(X x, long row) {
      return false;
    }

    @Override
    Outcome outcome() {
      return outcome;
    }

    /** Whether no rows could keep it; a type or a list of columns is known to be right or wrong. */
    boolean impossible() {
      return !(expectation().check() instanceof DataCheck.Type)
          && !(expectation().check() instanceof DataCheck.Columns);
    }

    static <X> Fixed<X> of(Expectation expectation, Examples<X> examples, Schema schema) {
      if (expectation.check() instanceof DataCheck.Type type) {
        FieldType found =
            schema.position(type.column()).stream()
                .mapToObj(i -> schema.field(i).type())
                .findFirst()
                .orElse(null);
        return new Fixed<>(
            expectation,
            examples,
            new Outcome(
                status(found == type.type()),
                Double.NaN,
                found == null ? "the rows lack it" : "it is a " + found));
      }
      List<String> expected = expectation.check().columns();
      List<String> found = schema.fields().stream().map(f -> f.name()).sorted().toList();
      List<String> lacking = expected.stream().filter(c -> !found.contains(c)).toList();
      List<String> added = found.stream().filter(c -> !expected.contains(c)).toList();
      return new Fixed<>(
          expectation,
          examples,
          new Outcome(
              status(lacking.isEmpty() && added.isEmpty()),
              Double.NaN,
              "lacking are " + Names.few(lacking) + ", new are " + Names.few(added)));
    }
  }

  /** A rule of single rows. */
  static final class Single<X> extends Tally<X> {
    private final Predicate<X> test;

    Single(Expectation expectation, Examples<X> examples, Predicate<X> test) {
      super(expectation, examples);
      this.test = test;
    }

    @Override
    boolean breaks(X x, long row) {
      return test.test(x);
    }

    @Override
    Outcome outcome() {
      if (rows() == 0) {
        return new Outcome(Status.UNDECIDED, Double.NaN, "there are no rows");
      }
      double share = (double) broken() / rows();
      return new Outcome(
          status(share <= expectation().tolerance()),
          share,
          String.format(Locale.ROOT, "%d of %d rows break it", broken(), rows()));
    }
  }

  /** A key. */
  static final class Key<X> extends Tally<X> {
    /**
     * So many standard errors below the number of rows the estimate must be to prove repetition.
     */
    private static final double SURE = 5;

    private final List<ColumnReader<X>> columns;
    private final HashStream128 stream = Hashing.xxh3_128().hashStream();
    private final DistinctCounter keys;
    private long compared;

    Key(
        Expectation expectation,
        Examples<X> examples,
        List<ColumnReader<X>> columns,
        int mostDistinct) {
      super(expectation, examples);
      this.columns = columns;
      this.keys = new DistinctCounter(mostDistinct);
    }

    @Override
    boolean breaks(X x, long row) {
      HashValue128 hash = ColumnReader.hash(stream, columns, x);
      if (hash == null) {
        return false;
      }
      compared++;
      return keys.add(hash.getMostSignificantBits(), hash.getLeastSignificantBits())
          == DistinctCounter.Seen.AGAIN;
    }

    @Override
    void writeMore(DataOutput out) throws IOException {
      out.writeLong(compared);
      keys.write(out);
    }

    @Override
    void readMore(DataInput in) throws IOException {
      compared = count(in, rows());
      keys.read(in);
    }

    @Override
    Outcome outcome() {
      double distinct = keys.count();
      if (!keys.overflowed()) {
        return new Outcome(
            rows() == 0 ? Status.UNDECIDED : status(broken() == 0),
            distinct,
            String.format(Locale.ROOT, "%d of %d keys repeat an earlier one", broken(), compared));
      }
      boolean repeats = broken() > 0 || distinct < compared * (1 - SURE * keys.error());
      return new Outcome(
          repeats ? Status.BROKEN : Status.UNDECIDED,
          distinct,
          String.format(
              Locale.ROOT,
              "about %.0f different among %d keys, which are more than are remembered; at least %d"
                  + " repeat an earlier one",
              distinct,
              compared,
              broken()));
    }
  }

  /** A reference to a key of the same rows. */
  static final class Reference<X> extends Tally<X> {
    /** A value that was not found yet. */
    private record Open(HashValue128 hash, long row) {}

    private final ColumnReader<X> column;
    private final ColumnReader<X> key;
    private final DistinctCounter keys;
    private final DistinctCounter values;
    private final List<Open> open = new ArrayList<>();
    private final int most;
    private boolean lost;

    Reference(
        Expectation expectation,
        Examples<X> examples,
        ColumnReader<X> column,
        ColumnReader<X> key,
        int mostDistinct) {
      super(expectation, examples);
      this.column = column;
      this.key = key;
      this.keys = new DistinctCounter(mostDistinct);
      this.values = new DistinctCounter(mostDistinct);
      this.most = mostDistinct;
    }

    @Override
    boolean breaks(X x, long row) {
      HashValue128 found = key.hash(x);
      if (found != null) {
        keys.add(found.getMostSignificantBits(), found.getLeastSignificantBits());
      }
      HashValue128 value = column.hash(x);
      if (value != null
          && !keys.contains(value.getMostSignificantBits(), value.getLeastSignificantBits())
          && values.add(value.getMostSignificantBits(), value.getLeastSignificantBits())
              != DistinctCounter.Seen.AGAIN) {
        if (open.size() < most) {
          open.add(new Open(value, row)); // its key may come later
        } else {
          lost = true;
        }
      }
      return false;
    }

    @Override
    void writeMore(DataOutput out) throws IOException {
      keys.write(out);
      values.write(out);
      out.writeBoolean(lost);
      out.writeInt(open.size());
      for (Open one : open) {
        out.writeLong(one.hash().getMostSignificantBits());
        out.writeLong(one.hash().getLeastSignificantBits());
        out.writeLong(one.row());
      }
    }

    @Override
    void readMore(DataInput in) throws IOException {
      keys.read(in);
      values.read(in);
      lost = in.readBoolean();
      int waiting = in.readInt();
      if (waiting < 0 || waiting > most) {
        throw new IOException("at most " + most + " values wait, were " + waiting);
      }
      for (int left = waiting; left > 0; left--) {
        open.add(new Open(new HashValue128(in.readLong(), in.readLong()), in.readLong()));
      }
    }

    private List<Open> unresolved() {
      return open.stream()
          .filter(
              o ->
                  !keys.contains(
                      o.hash().getMostSignificantBits(), o.hash().getLeastSignificantBits()))
          .toList();
    }

    @Override
    long broken() {
      return unresolved().size();
    }

    @Override
    Outcome outcome() {
      List<Open> unresolved = unresolved();
      if (examples().shown().isEmpty()) { // a report may be made more than once
        unresolved.forEach(o -> examples().addUnseen(o.row(), column.position()));
      }
      boolean unsure = keys.overflowed() || (lost && unresolved.isEmpty()) || rows() == 0;
      return new Outcome(
          unsure ? Status.UNDECIDED : status(unresolved.isEmpty()),
          unresolved.size(),
          keys.overflowed()
              ? "there are more keys than are remembered"
              : unresolved.size() + " different values are no value of " + name(key));
    }

    private String name(ColumnReader<X> reader) {
      return expectation().check().columns().get(reader == key ? 1 : 0);
    }
  }

  /** A reader per column, null where the rows lack one. */
  static <X> @Nullable List<ColumnReader<X>> readers(List<String> names, Features<X> features) {
    List<ColumnReader<X>> readers = new ArrayList<>();
    for (String name : names) {
      ColumnReader<X> reader = ColumnReader.of(features, name);
      if (reader == null) {
        return null;
      }
      readers.add(reader);
    }
    return readers;
  }
}
