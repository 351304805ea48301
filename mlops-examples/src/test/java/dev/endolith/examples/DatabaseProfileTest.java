package dev.endolith.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.data.Jdbc;
import dev.endolith.data.ReadReport;
import dev.endolith.data.Regression;
import dev.endolith.data.Task;
import dev.endolith.model.Predictor;
import dev.endolith.model.Regressed;
import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import dev.endolith.monitoring.drift.Drift;
import dev.endolith.monitoring.profile.ReferenceColumn;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.StreamedAnswers;
import dev.endolith.monitoring.profile.StreamedProfile;
import dev.endolith.monitoring.profile.WindowProfile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** The reference of a table that need not fit into memory, made in one pass over a query. */
class DatabaseProfileTest {
  record House(double area, String town) {}

  private static final Regression<House> TASK = Task.regress(House.class).label("price").build();
  private static final Predictor<House, Double> MODEL = house -> new Regressed(3 * house.area());

  private static final String ROWS =
      "with recursive n(i) as (select 0 union all select i + 1 from n limit ?)"
          + " select i * 7919 % 401 + 0.5 as area, 't' || (i % 5) as town,"
          + " 3 * (i * 7919 % 401) + i % 7 as price from n";

  @TempDir Path folder;

  @Test
  void forEach_intoProfileAndAnswers_isTheProfileOfTheHeldRows() {
    SQLiteDataSource database = new SQLiteDataSource();
    database.setUrl("jdbc:sqlite:" + folder.resolve("houses.db"));
    StreamedProfile<House> profile = StreamedProfile.of(TASK.features(), 1);
    StreamedAnswers<House, Double> answers = StreamedAnswers.of(TASK, MODEL, 1);

    ReadReport report =
        Jdbc.reader(TASK)
            .forEach(
                database,
                example -> {
                  profile.add(example.x());
                  answers.add(example);
                },
                ROWS,
                20_000);

    ReferenceProfile streamed = profile.build(answers);
    ReferenceProfile held = ReferenceProfile.of(Jdbc.read(database, TASK, ROWS, 20_000), MODEL);
    assertThat(report.kept()).isEqualTo(20_000);
    assertThat(streamed.rows()).isEqualTo(20_000);
    for (String column : new String[] {"area", "town", ReferenceProfile.SCORE}) {
      ReferenceColumn one = streamed.column(column).orElseThrow();
      ReferenceColumn other = held.column(column).orElseThrow();
      assertThat(one.edges()).containsExactly(other.edges());
      assertThat(one.counts()).containsExactly(other.counts());
    }
    // and a window is counted in the same way
    WindowProfile window = WindowProfile.empty(streamed);
    Jdbc.reader(TASK)
        .forEach(database, example -> window.count(TASK.features(), example.x()), ROWS, 5_000);
    assertThat(Drift.compare(streamed, window).column("area").orElseThrow().verdict())
        .isEqualTo(Verdict.NO_DRIFT);
  }
}
