package dev.endolith.monitoring.report;

import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Features;
import dev.endolith.data.Field;
import dev.endolith.data.Regression;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.data.Task;
import dev.endolith.monitoring.WindowSummary;
import dev.endolith.monitoring.drift.ColumnDrift;
import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import dev.endolith.monitoring.drift.Drift;
import dev.endolith.monitoring.drift.DriftReport;
import dev.endolith.monitoring.profile.ReferenceProfile;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Tables of many columns, of which every fourth moves; every third has categories. */
final class Tables {
  static final Instant AT = Instant.parse("2026-03-01T10:00:00Z");

  /** What breaks out of a page that is not escaped by where a text stands. */
  static final List<String> HOSTILE =
      List.of(
          "</script><script>console.error('ran')</script>",
          "\"><img src=http://127.0.0.1:9/x onerror=console.error('ran')>",
          "' onmouseover='console.error(1)",
          "</title></style><svg onload=console.error('ran')>",
          "\u202Egnp.tfel ot thgir",
          "עברית ועוד",
          "${7*7} @template.frame() {{7*7}} <%= 7*7 %> @`",
          "&lt;b&gt; &amp; &#0;",
          "javascript:console.error('ran')",
          "a\nb\tc -->");

  private Tables() {}

  static Schema schema(int columns) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      String name = "column_" + i;
      fields.add(i % 3 == 1 ? Field.category(name) : Field.number(name));
    }
    return Schema.of(fields.toArray(Field[]::new));
  }

  static Dataset<Row, Double> rows(Schema schema, int rows, boolean moved, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Regression<Row> task = Task.regress(Features.rows(schema)).label("y").build();
    List<Example<Row, Double>> examples = new ArrayList<>();
    for (int r = 0; r < rows; r++) {
      double[] numbers = new double[schema.size()];
      @Nullable String[] categories = new String[schema.size()];
      for (int i = 0; i < numbers.length; i++) {
        boolean moves = moved && i % 4 == 0;
        if (i % 3 == 1) {
          int k = Math.min(random.nextInt(HOSTILE.size()), random.nextInt(HOSTILE.size()));
          categories[i] = HOSTILE.get(moves ? HOSTILE.size() - 1 - k : k);
        } else {
          double sum = random.nextDouble() + random.nextDouble() + random.nextDouble();
          numbers[i] = 10 * sum + (moves ? 4 : 0);
        }
      }
      examples.add(new Example<>(Row.of(schema, numbers, categories), 0.0));
    }
    return Dataset.of(task, DataOrigin.named("made up"), examples);
  }

  /** A column of two categories, of which the first has a share. */
  static Dataset<Row, Double> halves(int rows, double share) {
    Schema schema = Schema.of(Field.category("half"));
    Regression<Row> task = Task.regress(Features.rows(schema)).label("y").build();
    List<Example<Row, Double>> examples = new ArrayList<>();
    for (int r = 0; r < rows; r++) {
      String half = r < share * rows ? "first" : "second";
      examples.add(new Example<>(Row.of(schema, new double[1], new String[] {half}), 0.0));
    }
    return Dataset.of(task, DataOrigin.named("made up"), examples);
  }

  static DriftReport drift(int columns, int rows) {
    Schema schema = schema(columns);
    return Drift.compare(
        ReferenceProfile.of(rows(schema, rows, false, 1)), rows(schema, rows, true, 2));
  }

  /** As a profile from elsewhere may name its columns; our own schemas would not. */
  static DriftReport hostile(DriftReport drift) {
    List<ColumnDrift> columns = new ArrayList<>();
    for (ColumnDrift c : drift.columns()) {
      int number = c.name().startsWith("column_") ? Integer.parseInt(c.name().substring(7)) : 99;
      boolean rename = number < HOSTILE.size() && number != 4; // its causes are found by its name
      columns.add(
          new ColumnDrift(
              rename ? HOSTILE.get(number) : c.name(),
              c.role(),
              c.verdict(),
              c.effect(),
              c.effectLow(),
              c.effectHigh(),
              c.minimumDetectableEffect(),
              c.binningError(),
              c.psi(),
              c.test(),
              c.pValue(),
              c.adjustedPValue(),
              c.referenceRows(),
              c.currentRows(),
              c.unseenShareChange(),
              c.missingShareChange(),
              c.bins(),
              c.reason()));
    }
    return new DriftReport(
        drift.verdict(),
        drift.referenceRows(),
        drift.currentRows(),
        drift.alpha(),
        drift.minimumEffect(),
        drift.correction(),
        drift.globalPValues(),
        columns);
  }

  static List<WindowSummary> windows(DriftReport drift, int count) {
    List<WindowSummary> windows = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      boolean drifts = i > count / 2;
      Map<String, Double> psi = new HashMap<>();
      for (var column : drift.columns()) {
        psi.put(column.name(), drifts ? column.psi().statistic() : 0.01 * (i % 7));
      }
      windows.add(
          new WindowSummary(
              i,
              100L * i,
              100L * i + 99,
              AT.plus(Duration.ofHours(i)),
              AT.plus(Duration.ofHours(i + 1)),
              100,
              drifts ? Verdict.DRIFT : Verdict.NO_DRIFT,
              drifts ? drift.drifted().stream().limit(5).map(c -> c.name()).toList() : List.of(),
              psi,
              0,
              Map.of()));
    }
    return windows;
  }
}
