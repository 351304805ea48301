package dev.endolith.model;

import dev.endolith.data.Task;
import java.util.function.Function;

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

  /**
   * A format of one task whose models a function makes of their bytes: any arithmetic of the
   * host's, as a lambda.
   *
   * <pre>{@code
   * ModelFormat format = ModelFormat.of("cutoff", LOANS, content -> {
   *   double cutoff = ByteBuffer.wrap(content).getDouble();
   *   return loan -> Classified.of(LOANS, loan.amount() > cutoff ? 1 : 0, ...);
   * });
   * }</pre>
   *
   * <p>Programs and serialized objects are refused before the function sees them, and what it fails
   * with refuses the content.
   *
   * @param name letters, digits, '.', '_' and '-', at most 128
   * @param task the task; asked for another one, the format refuses
   * @param reader makes a model of its bytes, which it may keep; called by any thread
   * @param <X> what the models are asked
   * @param <Y> what they answer
   * @return the format
   * @throws IllegalArgumentException if the name has other characters
   */
  static <X, Y> ModelFormat of(
      String name, Task<X, Y> task, Function<byte[], ? extends Predictor<X, Y>> reader) {
    return new LambdaFormat<>(name, task, reader);
  }
}
