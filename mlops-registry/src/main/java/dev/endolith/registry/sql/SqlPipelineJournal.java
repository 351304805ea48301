package dev.endolith.registry.sql;

import dev.endolith.error.ConflictException;
import dev.endolith.pipeline.PipelineJournal;
import dev.endolith.pipeline.StepRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** The journals of pipeline runs in SQL, a row a line. */
final class SqlPipelineJournal implements PipelineJournal {
  private static final RowMapper<StepRecord> LINE =
      Columns.checked(
          "journal line",
          (row, context) ->
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

  @Override
  public void append(String run, long expected, List<StepRecord> records) {
    database.write(
        "append to journal",
        List.of("journal/" + run),
        handle -> {
          long lines = lines(handle, run);
          if (lines != expected) {
            throw new ConflictException(
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
          return insert(handle, run, lines, records);
        });
  }

  @Override
  public List<StepRecord> records(String run) {
    return database.read(
        "read journal",
        handle ->
            handle
                .createQuery("SELECT * FROM endolith_journal WHERE run = :run ORDER BY line")
                .bind("run", run)
                .map(LINE)
                .list());
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

  private static long lines(Handle handle, String run) {
    return PlainJdbc.number(
        handle, "SELECT coalesce(max(line), 0) FROM endolith_journal WHERE run = ?", run);
  }

  private static int insert(Handle handle, String run, long after, List<StepRecord> records) {
    List<Object[]> rows = new ArrayList<>(records.size());
    for (StepRecord record : records) {
      rows.add(
          new Object[] {
            run,
            after + rows.size() + 1,
            record.step(),
            record.outcome().name(),
            record.value(),
            Columns.micros(record.at())
          });
    }
    if (!rows.isEmpty()) {
      PlainJdbc.updateAll(
          handle,
          "INSERT INTO endolith_journal (run, line, step, outcome, value, at)"
              + " VALUES (?, ?, ?, ?, ?, ?)",
          rows);
    }
    return rows.size();
  }
}
