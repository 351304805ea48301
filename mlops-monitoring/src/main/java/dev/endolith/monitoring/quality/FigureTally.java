package dev.endolith.monitoring.quality;

import dev.endolith.data.FieldType;
import dev.endolith.monitoring.drift.ColumnDrift;
import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import dev.endolith.monitoring.drift.Drift;
import dev.endolith.monitoring.drift.DriftReport;
import dev.endolith.monitoring.profile.ReferenceColumn.Role;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.WindowProfile;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Rules about figures of all rows, which others count. */
final class FigureTally<X> extends Tally<X> {
  /** So many standard errors an estimate must be out of its range to break a rule. */
  private static final double SURE = 5;

  private final Supplier<Outcome> decide;

  private FigureTally(Expectation expectation, Examples<X> examples, Supplier<Outcome> decide) {
    super(expectation, examples);
    this.decide = decide;
  }

  @Override
  boolean breaks(X x, long row) {
    return false;
  }

  @Override
  Outcome outcome() {
    return decide.get();
  }

  static <X> FigureTally<X> bounded(
      Expectation expectation,
      Examples<X> examples,
      DataCheck.Bounded check,
      Supplier<Double> value,
      Supplier<Double> error) {
    return new FigureTally<>(
        expectation,
        examples,
        () -> {
          double found = value.get();
          double slack = SURE * error.get();
          if (Double.isNaN(found)) {
            return new Outcome(Status.UNDECIDED, found, "there is nothing to measure");
          }
          boolean inside = found >= check.min() && found <= check.max();
          boolean clear =
              slack == 0
                  || found + slack < check.min()
                  || found - slack > check.max()
                  || (found - slack >= check.min() && found + slack <= check.max());
          return new Outcome(
              clear ? status(inside) : Status.UNDECIDED,
              found,
              (slack == 0 ? "it is " : "it is about ") + number(found));
        });
  }

  static <X> FigureTally<X> usual(
      Expectation expectation,
      Examples<X> examples,
      DataCheck.Usual check,
      Supplier<Double> value,
      MetricHistory history,
      Supplier<Instant> now) {
    return new FigureTally<>(
        expectation,
        examples,
        () -> {
          double found = value.get();
          UsualRange.Finding finding =
              check
                  .usual()
                  .judge(history.values(check.measure().of(check.column())), now.get(), found);
          return new Outcome(
              finding.status(),
              found,
              finding.status() == Status.UNDECIDED
                  ? finding.values() + " comparable values in the history are too few"
                  : String.format(
                      Locale.ROOT,
                      "it is %s, usual is %s to %s by %d values",
                      number(found),
                      number(finding.low()),
                      number(finding.high()),
                      finding.values()));
        });
  }

  static <X> FigureTally<X> distributed(
      Expectation expectation,
      Examples<X> examples,
      DataCheck.Distributed check,
      ReferenceProfile reference,
      Supplier<WindowProfile> window) {
    return new FigureTally<>(
        expectation,
        examples,
        () -> {
          DriftReport report =
              Drift.builder()
                  .alpha(check.alpha())
                  .minimumEffect(check.minimumEffect())
                  .build()
                  .judge(reference, window.get());
          List<ColumnDrift> asked =
              report.columns().stream()
                  .filter(c -> check.columns().isEmpty() || check.columns().contains(c.name()))
                  .filter(c -> c.role() == Role.FEATURE)
                  .toList();
          List<ColumnDrift> drifted =
              asked.stream().filter(c -> c.verdict() == Verdict.DRIFT).toList();
          boolean decided = asked.stream().anyMatch(c -> c.verdict() == Verdict.NO_DRIFT);
          return new Outcome(
              !drifted.isEmpty() ? Status.BROKEN : decided ? Status.HELD : Status.UNDECIDED,
              asked.stream()
                  .mapToDouble(ColumnDrift::effect)
                  .filter(Double::isFinite)
                  .max()
                  .orElse(Double.NaN),
              drifted.isEmpty()
                  ? asked.size() + " columns were compared"
                  : drifted.stream()
                      .limit(5)
                      .map(
                          c ->
                              String.format(
                                  Locale.ROOT, "%s (PSI %.2f)", c.name(), c.psi().statistic()))
                      .collect(Collectors.joining(", ", "different are ", "")));
        });
  }

  /** The newest of a column's values that are not after now. */
  static final class Newest<X> extends Tally<X> {
    private static final double DAY = Duration.ofDays(1).toSeconds();

    private final DataCheck.Fresh check;
    private final ColumnReader<X> column;
    private final Supplier<Instant> now;
    private double newest = Double.NEGATIVE_INFINITY;
    private long later;

    Newest(
        Expectation expectation,
        Examples<X> examples,
        DataCheck.Fresh check,
        ColumnReader<X> column,
        Supplier<Instant> now) {
      super(expectation, examples);
      this.check = check;
      this.column = column;
      this.now = now;
    }

    private double seconds() {
      Instant at = now.get();
      return at.getEpochSecond() + at.getNano() * 1e-9;
    }

    @Override
    boolean breaks(X x, long row) {
      double value = column.number(x);
      boolean day = column.type() == FieldType.DATE;
      double begins = day ? value * DAY : value;
      if (begins > seconds()) {
        later++;
      } else if (!Double.isNaN(value)) {
        newest = Math.max(newest, day ? begins + DAY : begins);
      }
      return false;
    }

    @Override
    void writeMore(DataOutput out) throws IOException {
      out.writeDouble(newest);
      out.writeLong(later);
    }

    @Override
    void readMore(DataInput in) throws IOException {
      newest = in.readDouble();
      later = count(in, rows());
    }

    @Override
    Outcome outcome() {
      String future = later == 0 ? "" : "; " + later + " values lie after now";
      if (newest == Double.NEGATIVE_INFINITY) {
        return new Outcome(
            rows() == 0 ? Status.UNDECIDED : Status.BROKEN,
            Double.NaN,
            "no row has a time up to now" + future);
      }
      double age = Math.max(0, seconds() - newest);
      return new Outcome(
          status(Duration.ofMillis(Math.round(age * 1e3)).compareTo(check.maxAge()) <= 0),
          age,
          "the newest is " + Duration.ofSeconds((long) age) + " old" + future);
    }
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.4g", value);
  }
}
