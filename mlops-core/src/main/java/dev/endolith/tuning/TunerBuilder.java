package dev.endolith.tuning;

import dev.endolith.registry.Runs;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.Executor;

/** Builds a {@link Tuner}. Confined to one thread. */
public final class TunerBuilder {
  final String experiment;
  final String study;
  final Runs runs;
  final Space space;
  final Search search;
  Executor executor = Runnable::run;
  int parallel = 1;
  long seed = 42;
  long budget = Long.MAX_VALUE;
  Instant deadline = Instant.MAX;
  Clock clock = Clock.systemUTC();

  TunerBuilder(String experiment, String study, Runs runs, Space space, Search search) {
    this.experiment = experiment;
    this.study = study;
    this.runs = runs;
    this.space = space;
    this.search = search;
  }

  /**
   * Runs trials in other threads.
   *
   * @param threads runs the trials; stays the host's
   * @param atOnce how many at once, 1 or more; the executor must take so many
   * @return this
   * @throws IllegalArgumentException if {@code atOnce} is less than 1
   */
  public TunerBuilder executor(Executor threads, int atOnce) {
    Plan.atLeast("atOnce", atOnce, 1);
    this.executor = threads;
    this.parallel = atOnce;
    return this;
  }

  /**
   * Sets the seed of the proposals and of every trial.
   *
   * @param value the seed
   * @return this
   */
  public TunerBuilder seed(long value) {
    this.seed = value;
    return this;
  }

  /**
   * Ends the study before a trial that would spend more.
   *
   * @param resource how much at most in all; for searches that do not ration the number of trials
   * @return this
   * @throws IllegalArgumentException if {@code resource} is less than 1
   */
  public TunerBuilder budget(long resource) {
    if (resource < 1) {
      throw new IllegalArgumentException("budget must be at least 1, was " + resource);
    }
    this.budget = resource;
    return this;
  }

  /**
   * Begins no trial from an instant on; those that run are waited for. What the study finds then
   * depends on how fast it was.
   *
   * @param instant the instant
   * @param source gives the time
   * @return this
   */
  public TunerBuilder deadline(Instant instant, Clock source) {
    this.deadline = instant;
    this.clock = source;
    return this;
  }

  /**
   * Builds the tuner.
   *
   * @return the tuner
   */
  public Tuner build() {
    return new Tuner(this);
  }
}
