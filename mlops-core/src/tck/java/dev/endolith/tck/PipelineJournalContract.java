package dev.endolith.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.endolith.error.ConflictException;
import dev.endolith.pipeline.PipelineJournal;
import dev.endolith.pipeline.StepRecord;
import dev.endolith.pipeline.StepRecord.Outcome;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules of a {@link PipelineJournal}. */
public abstract class PipelineJournalContract {
  private static final Instant TEN = Instant.parse("2026-03-01T10:00:00.123456Z");

  private PipelineJournal journal;

  /** Creates the kit; called by JUnit. */
  protected PipelineJournalContract() {}

  /**
   * Makes an empty journal.
   *
   * @return the journal
   */
  protected abstract PipelineJournal fresh();

  /**
   * Closes the journal made last and opens it again; overridden by journals that are durable.
   *
   * @param open the journal made last
   * @return a journal of the same content, or the one given if the journal is not durable
   */
  protected PipelineJournal reopen(PipelineJournal open) {
    return open;
  }

  @BeforeEach
  void open() {
    journal = fresh();
  }

  @Test
  @DisplayName("Lines are read back as they were written, in order")
  void append_lines_areReadBack() {
    List<StepRecord> first =
        List.of(
            new StepRecord("", Outcome.RUN_STARTED, "shape", TEN),
            new StepRecord("load ä'\"", Outcome.STARTED, "", TEN.minusSeconds(1)));
    List<StepRecord> second =
        List.of(
            new StepRecord("load ä'\"", Outcome.SUCCEEDED, "=" + "A".repeat(90_000), TEN),
            new StepRecord("train", Outcome.FAILED, "java.io.IOException", TEN),
            new StepRecord("", Outcome.RUN_FINISHED, "", TEN));

    journal.append("run", 0, first);
    journal.append("run", 2, second);

    assertThat(journal.records("run")).hasSize(5).startsWith(first.toArray(new StepRecord[0]));
    assertThat(journal.records("run").subList(2, 5)).isEqualTo(second);
  }

  @Test
  @DisplayName("An unknown run has no lines")
  void records_unknownRun_isEmpty() {
    journal.append("run", 0, lines(1));

    assertThat(journal.records("other")).isEmpty();
    assertThat(journal.records("' OR 1=1 --")).isEmpty();
  }

  @Test
  @DisplayName("Each run has lines of its own")
  void append_twoRuns_areApart() {
    journal.append("a", 0, lines(2));
    journal.append("b", 0, lines(1));

    assertThat(journal.records("a")).hasSize(2);
    assertThat(journal.records("b")).hasSize(1);
  }

  @Test
  @DisplayName("Whoever does not know all lines of a run adds none")
  void append_otherNumberOfLines_conflicts() {
    journal.append("run", 0, lines(2));

    for (long known : new long[] {0, 1, 3}) {
      ConflictException conflict =
          catchThrowableOfType(
              ConflictException.class, () -> journal.append("run", known, lines(1)));
      assertThat(conflict.subject()).isEqualTo("run");
      assertThat(conflict.expected()).isEqualTo(known);
      assertThat(conflict.actual()).isEqualTo(2);
    }
    assertThat(
            catchThrowableOfType(
                ConflictException.class, () -> journal.append("run", 0, List.of())))
        .isNotNull();
    assertThat(journal.records("run")).hasSize(2);
    assertThat(
            catchThrowableOfType(
                ConflictException.class, () -> journal.append("other", 1, lines(1))))
        .isNotNull();
    assertThat(journal.records("other")).isEmpty();
  }

  @Test
  @DisplayName("Adding nothing changes nothing")
  void append_nothing_changesNothing() {
    journal.append("run", 0, List.of());
    journal.append("run", 0, lines(1));
    journal.append("run", 1, List.of());

    assertThat(journal.records("run")).hasSize(1);
  }

  @Test
  @DisplayName("Of eight runners of one run, one adds the next line")
  void append_eightThreads_oneWins() {
    for (long line = 0; line < 5; line++) {
      long known = line;
      List<Boolean> won =
          Contenders.race(
              8,
              t -> {
                try {
                  journal.append("run", known, lines(1));
                  return true;
                } catch (ConflictException e) {
                  return false;
                }
              });
      assertThat(Collections.frequency(won, true)).isEqualTo(1);
    }
    assertThat(journal.records("run")).hasSize(5);
  }

  @Test
  @DisplayName("A run has not ended while its last line of its own is none of the ends")
  void unfinished_runs_areThoseWithoutAnEnd() {
    assertThat(journal.unfinished()).isEmpty();
    for (Outcome end : Outcome.values()) {
      String run = "ends-" + end;
      journal.append(run, 0, List.of(new StepRecord("", Outcome.RUN_STARTED, "", TEN)));
      journal.append(run, 1, List.of(new StepRecord("step", Outcome.RUN_FINISHED, "", TEN)));
      journal.append(run, 2, List.of(new StepRecord("", end, "", TEN)));
      journal.append(run, 3, List.of(new StepRecord("step", Outcome.STARTED, "", TEN)));
    }
    journal.append(
        "resumed",
        0,
        List.of(
            new StepRecord("", Outcome.RUN_STARTED, "", TEN),
            new StepRecord("", Outcome.RUN_FAILED, "", TEN),
            new StepRecord("", Outcome.RUN_RESUMED, "", TEN)));

    assertThat(journal.unfinished())
        .contains("resumed", "ends-RUN_STARTED", "ends-CANCEL_REQUESTED")
        .doesNotContain(
            "ends-RUN_FAILED", "ends-RUN_REFUSED", "ends-RUN_CANCELLED", "ends-RUN_FINISHED")
        .hasSize(Outcome.values().length - 4 + 1)
        .isSorted();
  }

  @Test
  @DisplayName("What was written is there after closing and opening again")
  void reopen_durable_keepsLines() {
    journal.append("run", 0, lines(3));

    journal = reopen(journal);

    assertThat(journal.records("run")).isEqualTo(lines(3));
    journal.append("run", 3, lines(1));
  }

  private static List<StepRecord> lines(int n) {
    return Collections.nCopies(n, new StepRecord("step", Outcome.STARTED, "", TEN));
  }
}
