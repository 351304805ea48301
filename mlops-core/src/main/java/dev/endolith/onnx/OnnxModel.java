package dev.endolith.onnx;

import dev.endolith.data.Task;
import dev.endolith.data.TensorTask;
import dev.endolith.error.ArtifactRefusedException;
import dev.endolith.error.DataException;
import dev.endolith.model.TrainedModel;
import dev.endolith.registry.Candidate;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * A file in ONNX form, made here or elsewhere, that has passed the firewall: its data is inside,
 * its tensors are as large as they say, its operators are ONNX's own, and it is neither deep nor
 * without end. The runtime has not seen it yet. Immutable.
 *
 * <p>Import in one line:
 *
 * <pre>{@code
 * workspace.models().register("risk", OnnxModel.of(Files.readAllBytes(path)).candidate(TASK));
 * }</pre>
 */
public final class OnnxModel {
  /** The key of the binding among the file's metadata. */
  static final String BINDING = "dev.endolith.binding";

  private static final int METADATA_TAG = (14 << 3) | WireReader.BYTES;
  private static final int KEY_TAG = (1 << 3) | WireReader.BYTES;
  private static final int VALUE_TAG = (2 << 3) | WireReader.BYTES;
  private static final int LOW_BITS = 0x7F;
  private static final int MORE = 0x80;

  private final byte[] content;
  private final OnnxSignature signature;
  private final String binding;

  private OnnxModel(byte[] content, OnnxFirewall.Checked checked) {
    this.content = content;
    this.signature = checked.signature();
    this.binding = checked.binding();
  }

  /**
   * Checks a file. Reads it once; needs no jar.
   *
   * @param content the file's bytes; copied
   * @return the model
   * @throws ArtifactRefusedException if it is not ONNX, or breaks a rule of the firewall; the
   *     message says which
   */
  public static OnnxModel of(byte[] content) {
    byte[] copy = content.clone();
    return new OnnxModel(copy, OnnxFirewall.check(copy));
  }

  /** As {@link #of}, of bytes that do not change. */
  static OnnxModel checked(byte[] content) {
    return new OnnxModel(content, OnnxFirewall.check(content));
  }

  /**
   * What the file says about itself.
   *
   * @return its inputs, outputs and classes
   */
  public OnnxSignature signature() {
    return signature;
  }

  /**
   * The binding that is kept inside.
   *
   * @return the binding, empty if the file was not bound before
   * @throws ArtifactRefusedException if what is kept is not a binding
   */
  public Optional<OnnxBinding> binding() {
    if (binding.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(OnnxBinding.fromJson(binding));
    } catch (DataException | NullPointerException e) {
      throw new ArtifactRefusedException(
          OnnxFormat.NAME, "well-formed binding", "the file's metadata hold no binding", e);
    }
  }

  /**
   * The file with a binding inside its metadata; it remains an ONNX file for every other reader.
   *
   * @param with the binding
   * @return the new file
   */
  public OnnxModel bound(OnnxBinding with) {
    byte[] key = BINDING.getBytes(StandardCharsets.UTF_8);
    byte[] value = with.toJson().getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    put(entry, KEY_TAG, key);
    put(entry, VALUE_TAG, value);
    ByteArrayOutputStream file = new ByteArrayOutputStream(content.length + entry.size() + 16);
    file.writeBytes(content);
    put(file, METADATA_TAG, entry.toByteArray()); // a repeated field: what is appended is added
    return checked(file.toByteArray());
  }

  private static void put(ByteArrayOutputStream out, int tag, byte[] bytes) {
    varint(out, tag);
    varint(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static void varint(ByteArrayOutputStream out, int value) {
    int rest = value;
    while (rest > LOW_BITS) {
      out.write((rest & LOW_BITS) | MORE);
      rest >>>= 7;
    }
    out.write(rest);
  }

  /**
   * The model of a task: by the binding that is kept inside, else by name. A task of tensors needs
   * no binding.
   *
   * @param task the task
   * @param <X> what it is asked
   * @param <Y> what it answers
   * @return the model with its binding inside; close its predictor after use
   * @throws dev.endolith.error.SchemaMismatchException if it cannot answer the task; the message
   *     spells out why
   * @throws ArtifactRefusedException if the runtime does not take it
   * @throws dev.endolith.error.MissingDependencyException if the runtime's jar is absent
   */
  public <X, Y> TrainedModel<X, Y> model(Task<X, Y> task) {
    if (task instanceof TensorTask) {
      return new TrainedModel<>(
          new OnnxFormat().load(content, task),
          OnnxFormat.NAME,
          content,
          Map.of("producer", signature.producer()));
    }
    return model(task, binding().orElseGet(() -> OnnxBinding.byName(signature, task)));
  }

  /**
   * The model of a task.
   *
   * @param task the task
   * @param with how inputs and outputs are bound
   * @param <X> what it is asked
   * @param <Y> what it answers
   * @return the model with its binding inside; close its predictor after use
   * @throws dev.endolith.error.SchemaMismatchException if it cannot answer the task; the message
   *     spells out why
   * @throws ArtifactRefusedException if the runtime does not take it
   * @throws dev.endolith.error.MissingDependencyException if the runtime's jar is absent
   */
  public <X, Y> TrainedModel<X, Y> model(Task<X, Y> task, OnnxBinding with) {
    OnnxModel bound = bound(with);
    return new TrainedModel<>(
        new OnnxFormat().load(bound.content, task),
        OnnxFormat.NAME,
        bound.content,
        Map.of("producer", signature.producer(), "binding", with.toJson()));
  }

  /**
   * A candidate for a registry, after the model was loaded once for the task.
   *
   * @param task the task
   * @return the candidate
   * @throws dev.endolith.error.SchemaMismatchException as {@link #model(Task)}
   */
  public Candidate candidate(Task<?, ?> task) {
    return candidate(task, model(task));
  }

  /**
   * A candidate for a registry, after the model was loaded once for the task.
   *
   * @param task the task
   * @param with how inputs and outputs are bound
   * @return the candidate
   * @throws dev.endolith.error.SchemaMismatchException as {@link #model(Task, OnnxBinding)}
   */
  public Candidate candidate(Task<?, ?> task, OnnxBinding with) {
    return candidate(task, model(task, with));
  }

  private static Candidate candidate(Task<?, ?> task, TrainedModel<?, ?> model) {
    model.predictor().close();
    return Candidate.of(model, task.features().schema());
  }

  /**
   * The file.
   *
   * @return a copy of its bytes
   */
  public byte[] content() {
    return content.clone();
  }
}
