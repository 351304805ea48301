package dev.endolith.pipeline;

import dev.endolith.registry.Names;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline that is run when something says so. Immutable. What is due is a run with an id of its
 * own, {@code schedule/NAME/KEY}, where the key is the due time, the event or the data's watermark:
 * so it happens once, whoever runs it and however often.
 *
 * @param name its name, of the form of {@link Names}; the same on all machines
 * @param trigger what makes it run
 * @param pipeline what is run
 * @param time the parameter that is the due time, null if the pipeline does not ask
 * @param key the parameter that is the key, null if the pipeline does not ask
 * @param catchUp what happens with times that were missed
 * @param attempts how often a run that fails is begun, from 1
 */
public record Schedule(
    String name,
    Trigger trigger,
    Pipeline<?> pipeline,
    @Nullable Parameter<Instant> time,
    @Nullable Parameter<String> key,
    CatchUp catchUp,
    int attempts) {
  /**
   * Checks the name and the number.
   *
   * @param name its name, of the form of {@link Names}, at most 100 characters
   * @param trigger what makes it run
   * @param pipeline what is run
   * @param time the parameter that is the due time, null if the pipeline does not ask
   * @param key the parameter that is the key, null if the pipeline does not ask
   * @param catchUp what happens with times that were missed
   * @param attempts how often a run that fails is begun, from 1
   * @throws IllegalArgumentException if the name breaks the rule, a parameter is not one of the
   *     pipeline, or there are no attempts
   */
  public Schedule {
    Names.check("schedule", name);
    if (name.length() > 100 || attempts < 1) {
      throw new IllegalArgumentException(
          "a schedule has a name of at most 100 characters and at least 1 attempt, were "
              + name.length()
              + " and "
              + attempts);
    }
    for (Parameter<?> parameter : new Parameter<?>[] {time, key}) {
      if (parameter != null && !pipeline.parameters().contains(parameter)) {
        throw new IllegalArgumentException(
            "'" + parameter.name() + "' is no parameter of pipeline '" + pipeline.name() + "'");
      }
    }
  }

  /**
   * Runs a pipeline when a trigger says so, making up for each time that was missed, and beginning
   * a run that fails up to three times.
   *
   * @param name its name, of the form of {@link Names}; the same on all machines
   * @param trigger what makes it run
   * @param pipeline what is run
   * @return the schedule
   */
  public static Schedule of(String name, Trigger trigger, Pipeline<?> pipeline) {
    return new Schedule(name, trigger, pipeline, null, null, CatchUp.ALL, 3);
  }

  /**
   * The same, telling the pipeline when it was due: the partition that it works on.
   *
   * @param parameter a parameter of the pipeline
   * @return the schedule
   */
  public Schedule time(Parameter<Instant> parameter) {
    return new Schedule(name, trigger, pipeline, parameter, key, catchUp, attempts);
  }

  /**
   * The same, telling the pipeline what it is run for: the due time, the event as JSON, or the
   * data's watermark.
   *
   * @param parameter a parameter of the pipeline
   * @return the schedule
   */
  public Schedule key(Parameter<String> parameter) {
    return new Schedule(name, trigger, pipeline, time, parameter, catchUp, attempts);
  }

  /**
   * The same with another rule for missed times.
   *
   * @param rule what happens with times that were missed
   * @return the schedule
   */
  public Schedule catchUp(CatchUp rule) {
    return new Schedule(name, trigger, pipeline, time, key, rule, attempts);
  }

  /**
   * The same with another number of attempts.
   *
   * @param number how often a run that fails is begun, from 1
   * @return the schedule
   */
  public Schedule attempts(int number) {
    return new Schedule(name, trigger, pipeline, time, key, catchUp, number);
  }
}
