package dev.endolith.examples;

import dev.endolith.data.Classification;
import dev.endolith.data.Dataset;
import dev.endolith.lifecycle.ManagedModelBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * One data set to replay: a record, a file, and how to look after the model. The replay itself
 * knows nothing of it.
 *
 * @param <X> the row
 * @param <Y> the label
 */
interface Scenario<X, Y> {
  /** The model's name. */
  String name();

  /** One line for people. */
  String title();

  /** What is predicted; declares a key and a time. */
  Classification<X, Y> task();

  /** All rows, oldest first. */
  Dataset<X, Y> rows(Path folder);

  /** Rows before it train the first version, the others are served. */
  Instant start();

  /** How long after a prediction its label becomes known. */
  Duration labelDelay();

  /** The part of the calendar that a row is reported under, for example a month. */
  String period(Instant instant);

  /** Trainer, gates, watch, rollout. */
  ManagedModelBuilder<X, Y> manage(ManagedModelBuilder<X, Y> model);
}
