package dev.endolith.registry;

import dev.endolith.data.Digest;
import dev.endolith.query.QueryField;
import dev.endolith.query.Term;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What runs can be searched by. The order of a search is newest first. */
public enum RunField implements QueryField<RunField> {
  /** The id. */
  ID(Kind.TEXT),
  /** What it belongs to. */
  EXPERIMENT(Kind.TEXT),
  /** The name of the {@link RunRecord.Status}. */
  STATUS(Kind.TEXT),
  /** The id of the run that it is part of. */
  PARENT(Kind.TEXT),
  /** Who started it. */
  STARTED_BY(Kind.TEXT),
  /** When it began. */
  STARTED_AT(Kind.TIME),
  /** When it ended; a run that goes on has no value. */
  ENDED_AT(Kind.TIME),
  /** Until when it counts as alive. */
  ALIVE_UNTIL(Kind.TIME),
  /** The fingerprint of anything that it read, as hex. */
  DATA(Kind.TEXT),
  /** A parameter, by name. */
  PARAM(Kind.TEXT),
  /** A tag, by name. */
  TAG(Kind.TEXT),
  /** The fingerprint of what it read, as hex, by role. */
  INPUT(Kind.TEXT),
  /** What it made, by role. */
  OUTPUT(Kind.TEXT),
  /** The last value of a metric, by name. */
  METRIC(Kind.NUMBER);

  private final Kind kind;

  RunField(Kind kind) {
    this.kind = kind;
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public boolean keyed() {
    return switch (this) {
      case PARAM, TAG, INPUT, OUTPUT, METRIC -> true;
      default -> false;
    };
  }

  @Override
  public RunField self() {
    return this;
  }

  /**
   * A run's values, for stores that go through their rows.
   *
   * @param term which value
   * @param run the run
   * @param lastMetric the last value of the metric that the term names, null if there is none
   * @return the values, none where it has none
   */
  public static List<?> values(Term<RunField> term, RunRecord run, @Nullable Double lastMetric) {
    return switch (term.field()) {
      case ID -> List.of(run.id());
      case EXPERIMENT -> List.of(run.experiment());
      case STATUS -> List.of(run.status().name());
      case PARENT -> List.of(run.parent());
      case STARTED_BY -> List.of(run.startedBy());
      case STARTED_AT -> List.of(run.startedAt());
      case ENDED_AT -> optional(run.endedAt());
      case ALIVE_UNTIL -> List.of(run.aliveUntil());
      case DATA -> run.inputs().values().stream().map(Digest::hex).toList();
      case PARAM -> optional(run.params().get(term.key()));
      case TAG -> optional(run.tags().get(term.key()));
      case INPUT -> {
        var input = run.inputs().get(term.key());
        yield optional(input == null ? null : input.hex());
      }
      case OUTPUT -> optional(run.outputs().get(term.key()));
      case METRIC -> optional(lastMetric);
    };
  }

  private static List<?> optional(@Nullable Object value) {
    return value == null ? List.of() : List.of(value);
  }
}
