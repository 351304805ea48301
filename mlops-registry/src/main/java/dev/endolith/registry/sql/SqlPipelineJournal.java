package dev.endolith.registry.sql;

import dev.endolith.error.ConflictException;
import dev.endolith.pipeline.PipelineJournal;
import dev.endolith.pipeline.StepRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The journals of pipeline runs in SQL, a row a line. */
final class SqlPipelineJournal implements PipelineJournal {
  private static final RowReader<StepRecord> LINE =
      Columns.checked(
          "journal line",
          row ->
              new StepRecord(
                  row.getString("step"),
                  StepRecord.Outcome.valueOf(row.getString("outcome")),
                  row.getString("value"),
                  Columns.instant(row, "at")));

  private static final List<String> ENDS =
      Arrays.stream(StepRecord.Outcome.values())
          .filter(StepRecord.Outcome::isEnd)
          .map(Enum::name)
          .toList();

  private final SqlDatabase database;

  SqlPipelineJournal(SqlDatabase database) {
    this.database = database;
  }

  /*
   * That the journal is as long as expected is asked by the insertion itself: the line before the
   * first must be there, and no other line may have its number.
   */
  @Override
  public void append(String run, long expected, List<StepRecord> records) {
    List<Object[]> rows = new ArrayList<>(records.size());
    for (StepRecord record : records) {
      rows.add(
          new Object[] {
            run,
            expected + rows.size() + 1,
            record.step(),
            record.outcome().name(),
            record.value(),
            Columns.micros(record.at()),
            expected,
            run,
            expected
          });
    }
    database.write(
        "append to journal",
        List.of("journal/" + run),
        handle -> {
          int added = insert(handle, rows);
          if (rows.isEmpty() ? lines(handle, run) != expected : added != rows.size()) {
            throw conflict(run, expected, lines(handle, run) - added);
          }
          return added;
        });
  }

  private static int insert(Handle handle, List<Object[]> rows) {
    return PlainJdbc.updateAll(
        handle,
        "INSERT INTO endolith_journal (run, line, step, outcome, value, at)"
            + " SELECT ?, ?, ?, ?, ?, ? WHERE ? = 0 OR EXISTS"
            + " (SELECT 1 FROM endolith_journal WHERE run = ? AND line = ?)"
            + " ON CONFLICT DO NOTHING",
        rows);
  }

  private static long lines(Handle handle, String run) {
    return PlainJdbc.first(
            handle,
            row -> row.getLong("lines"),
            "SELECT count(*) AS lines FROM endolith_journal WHERE run = ?",
            run)
        .orElse(0L);
  }

  private static ConflictException conflict(String run, long expected, long lines) {
    return new ConflictException(
        run,
        expected,
        lines,
        "the journal of run '"
            + run
            + "' has "
            + lines
            + " lines, expected "
            + expected
            + "; another process runs it");
  }

  @Override
  public List<StepRecord> records(String run) {
    return database.read(
        "read journal",
        handle ->
            PlainJdbc.list(
                handle, LINE, "SELECT * FROM endolith_journal WHERE run = ? ORDER BY line", run));
  }

  @Override
  public List<String> unfinished() {
    // the ends of runs, and what is no end but has none of its own, are the lines without a step
    return database.read(
        "list unfinished runs",
        handle ->
            handle
                .createQuery(
                    "SELECT j.run FROM endolith_journal j WHERE j.step = ''"
                        + " AND j.outcome NOT IN (<ends>)"
                        + " AND NOT EXISTS (SELECT 1 FROM endolith_journal k WHERE k.run = j.run"
                        + " AND k.step = '' AND k.line > j.line) ORDER BY j.run")
                .bindList("ends", ENDS)
                .mapTo(String.class)
                .list());
  }
}
