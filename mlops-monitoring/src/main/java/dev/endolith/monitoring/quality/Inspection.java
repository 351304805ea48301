package dev.endolith.monitoring.quality;

import dev.endolith.data.Features;
import dev.endolith.error.DataException;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.WindowProfile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A check of rows that come one by one, so that they need not fit into memory. Memory is bounded by
 * the {@link QualityContext}. Mutable, confined to one thread.
 *
 * <pre>{@code
 * Inspection<Order> inspection = expectations.inspect(features, context);
 * for (Order order : orders) {
 *   boolean usable = inspection.add(order).stream().noneMatch(e -> e.severity() != Severity.WARN);
 * }
 * QualityReport report = inspection.report();
 * }</pre>
 *
 * @param <X> the row
 */
public final class Inspection<X> {
  private final QualityContext context;
  private final double quarantineLimit;
  private final Expectations rules;
  private final List<Tally<X>> tallies = new ArrayList<>();
  private final Map<String, ColumnStats<X>> stats = new LinkedHashMap<>();
  private final Map<String, Supplier<Double>> metrics = new TreeMap<>();
  private final List<BrokenRow> quarantine = new ArrayList<>();
  private final Features<X> features;
  private @Nullable WindowProfile window;
  private final boolean countedByOthers;
  private Instant now;
  private boolean usable = true;
  private long rows;
  private long quarantined;

  /**
   * Begins a check.
   *
   * @param window what the caller counts into for the rules of distribution, or null to count here
   */
  Inspection(
      Expectations expectations,
      Features<X> features,
      QualityContext context,
      @Nullable WindowProfile window) {
    this.window = window;
    this.countedByOthers = window != null;
    this.rules = expectations;
    this.context = context;
    this.features = features;
    this.now = context.clock().instant();
    this.quarantineLimit = expectations.quarantineLimit();
    metrics.put(Measure.ROWS.of(""), () -> (double) rows);
    for (Expectation expectation : expectations.all()) {
      prepare(expectation.check(), expectations);
    }
    for (Expectation expectation : expectations.all()) {
      tallies.add(tally(expectation));
    }
  }

  /** Counts what a check needs, once for all checks. */
  private void prepare(Check check, Expectations expectations) {
    if (check instanceof DataCheck.Bounded || check instanceof DataCheck.Usual) {
      for (String name : check.columns()) {
        ColumnReader<X> column = ColumnReader.of(features, name);
        if (column != null && !stats.containsKey(name)) {
          boolean distinct = expectations.measures(Measure.DISTINCT, name);
          stats.put(name, new ColumnStats<>(column, distinct, context.mostDistinct()));
        }
      }
    }
    if (check instanceof DataCheck.Distributed && window == null) {
      window = WindowProfile.empty(reference());
    }
  }

  private ReferenceProfile reference() {
    Optional<ReferenceProfile> reference = context.reference();
    return reference.orElseThrow(
        () ->
            new IllegalArgumentException(
                "distributions are compared with a reference; give it with withReference"));
  }

  private Tally<X> tally(Expectation expectation) {
    Check check = expectation.check();
    Examples<X> examples =
        new Examples<>(features, context.privacy(), check.columns(), context.mostExamples());
    if (check instanceof RowCheck row) {
      RowTests.Bound<X> bound = RowTests.bind(row, features, context);
      return bound.problem().isEmpty()
          ? new Tally.Single<>(expectation, examples, bound.broken())
          : new Tally.Fixed<>(expectation, examples, Tally.impossible(bound.problem()));
    }
    if (check instanceof DataCheck.Type || check instanceof DataCheck.Columns) {
      return Tally.Fixed.of(expectation, examples, features.schema());
    }
    List<ColumnReader<X>> columns = Tally.readers(check.columns(), features);
    if (columns == null) {
      return new Tally.Fixed<>(
          expectation, examples, Tally.impossible("the rows lack a column of it"));
    }
    if (check instanceof DataCheck.Distributed distributed && window != null) {
      for (String name : distributed.columns()) {
        if (reference().column(name).isEmpty()) {
          return new Tally.Fixed<>(
              expectation, examples, Tally.impossible("the reference has no column " + name));
        }
      }
      return FigureTally.distributed(
          expectation, examples, distributed, reference(), () -> Objects.requireNonNull(window));
    }
    if (check instanceof DataCheck.Unique) {
      return new Tally.Key<>(expectation, examples, columns, context.mostDistinct());
    }
    if (check instanceof DataCheck.References) {
      return new Tally.Reference<>(
          expectation, examples, columns.get(0), columns.get(1), context.mostDistinct());
    }
    if (check instanceof DataCheck.Fresh fresh) {
      boolean time =
          switch (columns.get(0).type()) {
            case DATE, TIMESTAMP -> true;
            default -> false;
          };
      return time
          ? hiddenUnlessKept(
              new FigureTally.Newest<>(expectation, examples, fresh, columns.get(0), () -> now),
              fresh.column())
          : new Tally.Fixed<>(expectation, examples, Tally.impossible("it holds no times"));
    }
    return figure(expectation, examples, check);
  }

  private Tally<X> figure(Expectation expectation, Examples<X> examples, Check check) {
    Measure measure;
    String column;
    if (check instanceof DataCheck.Bounded bounded) {
      measure = bounded.measure();
      column = bounded.column();
    } else if (check instanceof DataCheck.Usual usual) {
      measure = usual.measure();
      column = usual.column();
    } else {
      throw new IllegalStateException("a rule without a test: " + check.text());
    }
    Supplier<Double> value = () -> (double) rows;
    Supplier<Double> error = () -> 0.0;
    ColumnStats<X> known = stats.get(column);
    if (measure != Measure.ROWS && known != null) {
      if (!known.measures(measure)) {
        return new Tally.Fixed<>(
            expectation, examples, Tally.impossible("its type has no " + measure));
      }
      value = () -> known.value(measure);
      error = () -> known.error(measure);
    }
    boolean hidden = measure.tellsValues() && !kept(column);
    if (!hidden) {
      metrics.put(measure.of(column), value);
    }
    Tally<X> tally = figure(expectation, examples, check, value, error);
    return hidden ? tally.hide() : tally;
  }

  private Tally<X> hiddenUnlessKept(Tally<X> tally, String column) {
    return kept(column) ? tally : tally.hide();
  }

  private boolean kept(String column) {
    int position = features.schema().position(column).orElse(-1);
    return position < 0 || context.privacy().keeps(features.schema(), position);
  }

  private Tally<X> figure(
      Expectation expectation,
      Examples<X> examples,
      Check check,
      Supplier<Double> value,
      Supplier<Double> error) {
    return check instanceof DataCheck.Usual usual
        ? FigureTally.usual(expectation, examples, usual, value, context.history(), () -> now)
        : FigureTally.bounded(expectation, examples, (DataCheck.Bounded) check, value, error);
  }

  /**
   * Sees the next row.
   *
   * @param x the row
   * @return the expectations that the row breaks as such, in their order; mostly empty
   */
  public List<Expectation> add(X x) {
    checkUsable();
    List<Expectation> broken = List.of();
    for (Tally<X> tally : tallies) {
      if (tally.add(x, rows)) {
        broken = broken.isEmpty() ? new ArrayList<>() : broken;
        broken.add(tally.expectation());
      }
    }
    for (ColumnStats<X> column : stats.values()) {
      column.add(x);
    }
    if (window != null && !countedByOthers) {
      window.count(features, x);
    }
    if (!broken.isEmpty() && Expectations.setsAside(broken)) {
      quarantined++;
      if (quarantine.size() < context.mostQuarantined()) {
        quarantine.add(new BrokenRow(rows, broken.stream().map(e -> e.check().text()).toList()));
      }
    }
    rows++;
    return broken.isEmpty() ? broken : List.copyOf(broken);
  }

  /**
   * Sees the next row, which was made at a known time: what is newest, or usual, is judged as of
   * the latest such time, and not of when the check began.
   *
   * @param x the row
   * @param made when it was made
   * @return as {@link #add(Object)}
   */
  public List<Expectation> add(X x, Instant made) {
    now = made.isAfter(now) ? made : now;
    return add(x);
  }

  /**
   * What is known so far, to go on with elsewhere; examples and the numbers of quarantined rows are
   * not kept. The same rows, in one order, make the same bytes.
   *
   * @return at most 16 bytes for each of the {@link QualityContext#mostDistinct()} values and 16
   *     KiB, per rule that counts different values (three times that and 8 bytes for a reference),
   *     and some hundred bytes for every other
   */
  public byte[] state() {
    checkUsable();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeUTF(rules.digest().hex());
      out.writeLong(rows);
      out.writeLong(quarantined);
      out.writeLong(now.getEpochSecond());
      out.writeInt(now.getNano());
      for (ColumnStats<X> column : stats.values()) {
        column.write(out);
      }
      for (Tally<X> tally : tallies) {
        tally.write(out);
      }
      if (window != null && !countedByOthers) {
        byte[] counts = window.toBytes();
        out.writeInt(counts.length);
        out.write(counts);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return bytes.toByteArray();
  }

  /**
   * Goes on where another check was; to be called before any row is added.
   *
   * @param state what {@link #state()} answered for the same expectations and rows
   * @throws DataException if it is of other expectations, or not such a state; this check can then
   *     not be used any more
   * @throws IllegalStateException if rows were added already
   */
  public void restore(byte[] state) {
    checkUsable();
    if (rows > 0) {
      throw new IllegalStateException("only a check that has seen no row can go on, saw " + rows);
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state))) {
      if (!in.readUTF().equals(rules.digest().hex())) {
        throw new IOException("it is of other expectations");
      }
      rows = Tally.count(in, Long.MAX_VALUE);
      quarantined = Tally.count(in, rows);
      now = Instant.ofEpochSecond(in.readLong(), in.readInt());
      for (ColumnStats<X> column : stats.values()) {
        column.read(in);
      }
      for (Tally<X> tally : tallies) {
        tally.read(in);
      }
      if (window != null && !countedByOthers) {
        window = WindowProfile.read(reference(), in.readNBytes(in.readInt()));
        if (window.rows() > rows) {
          throw new IOException("more rows were counted than were seen");
        }
      }
      if (in.read() >= 0) {
        throw new IOException("something follows it");
      }
    } catch (IOException | RuntimeException e) {
      usable = false; // some of it was read
      throw new DataException(
          "state", 0, "", "the bytes must be the state of a check of the same expectations", e);
    }
  }

  private void checkUsable() {
    if (!usable) {
      throw new IllegalStateException(
          "the state of this check could not be restored; begin another with inspect");
    }
  }

  /** Whether each rule can be asked of such rows, in their order. */
  boolean possible() {
    return tallies.stream().noneMatch(tally -> tally instanceof Tally.Fixed<X> f && f.impossible());
  }

  /**
   * What the rows so far are like.
   *
   * @return the report
   */
  public QualityReport report() {
    checkUsable();
    List<CheckResult> results = tallies.stream().map(Tally::result).toList();
    boolean tooMany = quarantined > 0 && quarantined > quarantineLimit * rows;
    boolean fails = tooMany || results.stream().anyMatch(CheckResult::fails);
    boolean warns = results.stream().anyMatch(r -> r.status() == Status.BROKEN);
    Map<String, Double> measured = new TreeMap<>();
    metrics.forEach(
        (name, value) -> {
          double found = value.get();
          if (!Double.isNaN(found)) {
            measured.put(name, found);
          }
        });
    return new QualityReport(
        fails
            ? QualityReport.Verdict.FAILED
            : warns || quarantined > 0 ? QualityReport.Verdict.WARNED : QualityReport.Verdict.GOOD,
        now,
        rows,
        quarantined,
        results,
        quarantine,
        measured);
  }
}
