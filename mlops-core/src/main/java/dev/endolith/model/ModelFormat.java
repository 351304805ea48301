package dev.endolith.model;

import dev.endolith.data.Task;

/**
 * Reads stored models of one kind. SPI: pass an instance to the workspace's builder, or declare a
 * provider in {@code META-INF/services/dev.endolith.model.ModelFormat}; formats are found by name.
 * Thread-safe.
 *
 * <p>The host chooses the formats; content never chooses its own reader.
 */
public interface ModelFormat {
  /**
   * The name under which versions refer to it, for example {@code tribuo-protobuf}.
   *
   * @return the name
   */
  String name();

  /**
   * Makes a model from its bytes, which have been verified against their digest.
   *
   * @param content the stored model
   * @param task what it will be asked
   * @param <X> what it is asked
   * @param <Y> what it answers
   * @return the model
   * @throws dev.endolith.error.ArtifactRefusedException if the content breaks a rule of safety or
   *     of the format; nothing named in it has been loaded by then
   * @throws dev.endolith.error.SchemaMismatchException if the model cannot answer this task
   */
  <X, Y> Predictor<X, Y> load(byte[] content, Task<X, Y> task);
}
