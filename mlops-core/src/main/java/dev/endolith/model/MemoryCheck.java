package dev.endolith.model;

import dev.endolith.data.DataShape;
import dev.endolith.data.Dataset;
import dev.endolith.error.InsufficientMemoryException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.OptionalLong;

/** Whether a training fits into memory, asked before it begins. */
public sealed interface MemoryCheck {
  /**
   * It fits, as far as the estimate goes.
   *
   * @param neededBytes how much the training needs, estimated
   * @param availableBytes how much there is
   */
  record Fits(long neededBytes, long availableBytes) implements MemoryCheck {}

  /**
   * It does not fit.
   *
   * @param neededBytes how much the training needs, estimated
   * @param availableBytes how much there is
   * @param shape the data behind the estimate
   */
  record TooLarge(long neededBytes, long availableBytes, DataShape shape) implements MemoryCheck {}

  /** The trainer does not say how much it needs. */
  record Unknown() implements MemoryCheck {}

  /**
   * Compares what a trainer needs with what there is.
   *
   * @param trainer the trainer
   * @param data the rows
   * @param availableBytes how much there is, for example {@link #heapBytes()}
   * @param <X> the row
   * @param <Y> the label
   * @return the outcome
   */
  static <X, Y> MemoryCheck of(Trainer<X, Y> trainer, Dataset<X, Y> data, long availableBytes) {
    DataShape shape = DataShape.of(data);
    OptionalLong needed = trainer.bytesFor(shape);
    if (needed.isEmpty()) {
      return new Unknown();
    }
    return needed.getAsLong() <= availableBytes
        ? new Fits(needed.getAsLong(), availableBytes)
        : new TooLarge(needed.getAsLong(), availableBytes, shape);
  }

  /**
   * Refuses a training that does not fit.
   *
   * @return this, unless it is {@link TooLarge}
   * @throws InsufficientMemoryException if it is {@link TooLarge}
   */
  default MemoryCheck orThrow() {
    if (this instanceof TooLarge large) {
      throw new InsufficientMemoryException(
          large.neededBytes(),
          large.availableBytes(),
          "training on "
              + large.shape().rows()
              + " rows of "
              + large.shape().features()
              + " features needs about "
              + (large.neededBytes() >> 20)
              + " MiB, there are "
              + (large.availableBytes() >> 20)
              + " MiB; give the process a larger heap (-Xmx), train on fewer rows"
              + " (TrainingWindow), or drop categories of many values");
    }
    return this;
  }

  /**
   * The heap that is free once garbage is collected: the greatest size less what was alive after
   * the last collection.
   *
   * @return bytes
   */
  static long heapBytes() {
    long alive = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage collected = pool.getCollectionUsage();
      if (pool.getType() == MemoryType.HEAP && collected != null) {
        alive += collected.getUsed();
      }
    }
    return Math.max(0, Runtime.getRuntime().maxMemory() - alive);
  }
}
