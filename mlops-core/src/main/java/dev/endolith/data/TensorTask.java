package dev.endolith.data;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A task of a model that is asked with tensors and answers with tensors, without a record between.
 * Made with {@link Task#tensors}. Immutable.
 *
 * <p>It has no columns: nothing of what is asked reaches a log, and neither drift nor a contract
 * can be seen in it. Answers are named in logs by their digest, so that two of them can be
 * compared; labels cannot be given as texts, so there is no feedback.
 */
public final class TensorTask implements Task<Tensors, Tensors> {
  private static final Features<Tensors> NO_COLUMNS = new NoColumns();

  private final List<TensorSpec> inputs;
  private final List<TensorSpec> outputs;

  TensorTask(List<TensorSpec> inputs, List<TensorSpec> outputs) {
    this.inputs = checked("inputs", inputs);
    this.outputs = checked("outputs", outputs);
  }

  private static List<TensorSpec> checked(String what, List<TensorSpec> specs) {
    Set<String> names = new HashSet<>();
    for (TensorSpec spec : specs) {
      if (!names.add(spec.name())) {
        throw new IllegalArgumentException(
            "two " + what + " of a task of tensors are named '" + spec.name() + "'");
      }
    }
    if (specs.isEmpty()) {
      throw new IllegalArgumentException("a task of tensors has " + what + ", at least one");
    }
    return List.copyOf(specs);
  }

  /**
   * What has to be asked.
   *
   * @return one specification for each input, in order
   */
  public List<TensorSpec> inputs() {
    return inputs;
  }

  /**
   * What is answered.
   *
   * @return one specification for each output, in order
   */
  public List<TensorSpec> outputs() {
    return outputs;
  }

  /**
   * Why tensors cannot be asked.
   *
   * @param asked the tensors
   * @return the first difference from {@link #inputs()}, empty if there is none
   */
  public Optional<String> refuses(Tensors asked) {
    return difference(inputs, asked);
  }

  /**
   * Why tensors are no answer.
   *
   * @param answered the tensors
   * @return the first difference from {@link #outputs()}, empty if there is none
   */
  public Optional<String> disowns(Tensors answered) {
    return difference(outputs, answered);
  }

  private static Optional<String> difference(List<TensorSpec> specs, Tensors tensors) {
    for (TensorSpec spec : specs) {
      if (!tensors.names().contains(spec.name())) {
        return Optional.of("tensor '" + spec.name() + "' is missing; given are " + tensors.names());
      }
      Optional<String> difference = spec.difference(tensors.get(spec.name()));
      if (difference.isPresent()) {
        return difference;
      }
    }
    return tensors.names().size() == specs.size()
        ? Optional.empty()
        : Optional.of(
            "given are "
                + tensors.names()
                + ", known are "
                + specs.stream().map(TensorSpec::name).toList());
  }

  @Override
  public Features<Tensors> features() {
    return NO_COLUMNS;
  }

  @Override
  public String labelColumn() {
    return "label";
  }

  @Override
  public Tensors readLabel(RawRow raw) {
    throw notText();
  }

  /** The SHA-256 digest of names, types, shapes and elements. */
  @Override
  public String labelName(Tensors label) {
    MessageDigest sha = Digest.sha256();
    for (String name : label.names().stream().sorted().toList()) {
      Tensor tensor = label.get(name);
      text(sha, name);
      text(sha, tensor.toString());
      for (int i = 0; i < tensor.size(); i++) {
        text(sha, tensor.text(i));
      }
    }
    return Digest.finish(sha).toString();
  }

  /** With its length, so that the boundary of two texts counts. */
  private static void text(MessageDigest sha, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    sha.update(
        new byte[] {
          (byte) (bytes.length >>> 24),
          (byte) (bytes.length >>> 16),
          (byte) (bytes.length >>> 8),
          (byte) bytes.length
        });
    sha.update(bytes);
  }

  @Override
  public Tensors labelOf(String name) {
    throw new IllegalArgumentException(
        "tensors have no names, so no label of a task of tensors can be given by one");
  }

  private static IllegalStateException notText() {
    return new IllegalStateException(
        "a task of tensors has no columns to read; declare a record for rows of a file");
  }

  @Override
  public Optional<String> key(Tensors row) {
    return Optional.empty();
  }

  @Override
  public Optional<Instant> time(Tensors row) {
    return Optional.empty();
  }

  private static final class NoColumns implements Features<Tensors> {
    private final Schema schema = Schema.of();

    @Override
    public Schema schema() {
      return schema;
    }

    @Override
    public double number(Tensors row, int field) {
      throw new IndexOutOfBoundsException(field);
    }

    @Override
    public @Nullable String category(Tensors row, int field) {
      throw new IndexOutOfBoundsException(field);
    }

    @Override
    public Tensors read(RawRow raw) {
      throw notText();
    }
  }
}
