package dev.endolith.pipeline;

import dev.endolith.pipeline.StepRecord.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far a run is, and when it will be done if its steps take as long as in an earlier run. A
 * listener that also shows itself as one line of a terminal, written again with each change.
 * Confined to the run's thread.
 */
public final class RunProgress implements PipelineListener {
  private static final int WIDTH = 24;

  private final InstantSource clock;
  private final @Nullable Appendable terminal;
  private final Map<String, Duration> expected;
  private final Set<String> underWay = new LinkedHashSet<>();
  private final Map<String, Instant> began = new HashMap<>();
  private final Set<String> done = new LinkedHashSet<>();
  private int steps;
  private int shown;

  private RunProgress(
      InstantSource clock, @Nullable Appendable terminal, Map<String, Duration> expected) {
    this.clock = clock;
    this.terminal = terminal;
    this.expected = expected;
  }

  /**
   * Follows a run without showing it.
   *
   * @param clock the time
   * @param earlier the journal of an earlier run of the pipeline, for the estimate; may be empty
   * @return the progress
   */
  public static RunProgress of(InstantSource clock, List<StepRecord> earlier) {
    return new RunProgress(clock, null, durations(earlier));
  }

  /**
   * Follows a run and shows it.
   *
   * @param clock the time
   * @param earlier the journal of an earlier run of the pipeline, for the estimate; may be empty
   * @param terminal where the line is written, which knows carriage returns
   * @return the progress
   */
  public static RunProgress shown(
      InstantSource clock, List<StepRecord> earlier, Appendable terminal) {
    return new RunProgress(clock, terminal, durations(earlier));
  }

  private static Map<String, Duration> durations(List<StepRecord> records) {
    Map<String, Instant> starts = new HashMap<>();
    Map<String, Duration> durations = new HashMap<>();
    for (StepRecord record : records) {
      if (record.outcome() == Outcome.STARTED) {
        starts.put(record.step(), record.at());
      } else if (record.outcome() == Outcome.SUCCEEDED && starts.containsKey(record.step())) {
        durations.put(record.step(), Duration.between(starts.get(record.step()), record.at()));
      }
    }
    return durations;
  }

  @Override
  public void on(PipelineEvent event) {
    if (event instanceof PipelineEvent.RunBegan run) {
      steps = run.steps();
    } else if (event instanceof PipelineEvent.StepBegan step) {
      underWay.add(step.step());
      began.put(step.step(), clock.instant());
    } else if (event instanceof PipelineEvent.StepEnded step) {
      underWay.remove(step.report().path());
      done.add(step.report().path());
    }
    if (terminal != null) {
      show(terminal, event instanceof PipelineEvent.RunEnded end ? end.how() : null);
    }
  }

  /**
   * How many steps have ended.
   *
   * @return the number, those in branches and items too
   */
  public int ended() {
    return done.size();
  }

  /**
   * How many steps there are, as far as one knows: items of lists are known once their list is.
   *
   * @return the number, at least those that have ended or are under way
   */
  public int known() {
    return Math.max(Math.max(steps, expected.size()), done.size() + underWay.size());
  }

  /**
   * How long it will take if steps take as long as in the earlier run, one after the other.
   *
   * @return the time that is left, empty without an earlier run
   */
  public Optional<Duration> left() {
    if (expected.isEmpty()) {
      return Optional.empty();
    }
    Duration left = Duration.ZERO;
    for (Map.Entry<String, Duration> step : expected.entrySet()) {
      if (!done.contains(step.getKey())) {
        Instant begin = began.get(step.getKey());
        Duration spent = begin == null ? Duration.ZERO : Duration.between(begin, clock.instant());
        Duration rest = step.getValue().minus(spent);
        left = left.plus(rest.isNegative() ? Duration.ZERO : rest);
      }
    }
    return Optional.of(left);
  }

  private void show(Appendable out, @Nullable RunOutcome end) {
    int filled = WIDTH * ended() / Math.max(1, known());
    List<String> parts = new ArrayList<>();
    parts.add(
        "[" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "] " + ended() + "/" + known());
    if (end == null) {
      left()
          .ifPresent(l -> parts.add(String.format(Locale.ROOT, "%.1f s left", l.toMillis() / 1e3)));
      if (!underWay.isEmpty()) {
        parts.add(String.join(", ", underWay.stream().limit(3).toList()));
      }
    } else {
      parts.add(end.name().toLowerCase(Locale.ROOT));
    }
    String line = String.join("  ", parts);
    try {
      out.append('\r').append(line).append(" ".repeat(Math.max(0, shown - line.length())));
      if (end != null) {
        out.append('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    shown = line.length();
  }
}
