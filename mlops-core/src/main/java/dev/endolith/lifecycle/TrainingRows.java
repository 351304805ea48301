package dev.endolith.lifecycle;

import dev.endolith.data.Dataset;
import dev.endolith.data.DatasetSource;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The rows of a training, read when they are needed and again when it is resumed.
 *
 * @param rows reads them
 * @param knownAt the instant at which their source is asked, empty if the host handed them in
 */
record TrainingRows<X, Y>(Supplier<Dataset<X, Y>> rows, Optional<Instant> knownAt) {
  static <X, Y> TrainingRows<X, Y> handedIn(Dataset<X, Y> rows) {
    return new TrainingRows<>(() -> rows, Optional.empty());
  }

  static <X, Y> TrainingRows<X, Y> knownAt(DatasetSource<X, Y> source, Instant instant) {
    return new TrainingRows<>(() -> source.knownAt(instant), Optional.of(instant));
  }
}
