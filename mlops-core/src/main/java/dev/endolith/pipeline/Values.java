package dev.endolith.pipeline;

import dev.endolith.data.Digest;
import dev.endolith.error.DataException;
import dev.endolith.registry.ArtifactStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/*
 * The outputs of a run: in memory, kept in the journal or as a blob, or made again. Asked by all
 * workers; a value is made under the lock of its instance, and its inputs under theirs, which is safe
 * because inputs form no cycle.
 */
final class Values {
  /** Beyond it an output goes to the artifact store instead of the journal. */
  private static final int INLINE_BYTES = 64 * 1024;

  private static final String BLOB = "sha256:";

  private final ArtifactStore artifacts;
  private final String run;
  private final BooleanSupplier ending;
  private final Map<String, Object> parameters = new HashMap<>();
  private final Map<String, String> parameterTexts = new HashMap<>();

  Values(ArtifactStore artifacts, String run, BooleanSupplier ending) {
    this.artifacts = artifacts;
    this.run = run;
    this.ending = ending;
  }

  void parameter(String name, Object value, String text) {
    parameters.put(name, value);
    parameterTexts.put(name, text);
  }

  /** The inputs of a node, in order. */
  List<Object> inputs(Instance instance) {
    List<StepOutput<?>> inputs = instance.node.inputs();
    List<Object> values = new ArrayList<>(inputs.size());
    for (StepOutput<?> input : inputs) {
      Instance source = instance.frame.instance(input);
      values.add(
          source.node instanceof Node.Context
              ? new StepContext(run, instance.path, instance.attempt, ending)
              : of(source));
    }
    return values;
  }

  Object of(Instance instance) {
    synchronized (instance) {
      Object value = instance.value;
      if (value == null) {
        value = make(instance);
        instance.value = value;
      }
      return value;
    }
  }

  private Object make(Instance instance) {
    Node node = instance.node;
    if (node instanceof Node.Task<?> task) {
      return task.value() instanceof StepValue.Kept<?> keeping && instance.kept != null
          ? keeping.read().apply(bytes(instance.kept))
          : again(instance, task);
    } else if (node instanceof Node.Given given) {
      return given(instance, given);
    } else if (node instanceof Node.Item) {
      Frame frame = instance.frame;
      return ((List<?>) of(list(frame))).get(frame.item);
    } else if (node instanceof Node.Each) {
      List<Object> all = new ArrayList<>(instance.frames.size());
      instance.frames.forEach(frame -> all.add(of(frame.result())));
      return List.copyOf(all);
    } else if (node instanceof Node.Choice || node instanceof Node.Inclusion) {
      return of(instance.frames.get(0).result());
    } else if (node instanceof Node.Judged<?> || node instanceof Node.Asked<?>) {
      return of(instance.frame.instance(node.inputs().get(0)));
    }
    throw new IllegalStateException("no value of a " + node.kind());
  }

  /** Makes an output that is not kept once more; its step has no effects and may fail. */
  private Object again(Instance instance, Node.Task<?> task) {
    try {
      return present(task.body().run(inputs(instance)));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new Failed(e);
    }
  }

  static <A> A present(@Nullable A value) {
    if (value == null) {
      throw new NullPointerException("a step's output is never null");
    }
    return value;
  }

  /** The checked failure of a step that was made again to be an input. */
  static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failed(Exception cause) {
      super(cause.getMessage(), cause);
    }
  }

  private Object given(Instance instance, Node.Given given) {
    Parameter<?> parameter = parameter(given);
    Instance owner = instance.frame.owner;
    if (owner == null) {
      return known(parameters.get(parameter.name()), parameter);
    }
    StepOutput<?> binding = binding(owner, parameter);
    return binding == null
        ? known(parameter.otherwise(), parameter)
        : of(owner.frame.instance(binding));
  }

  private static Object known(@Nullable Object value, Parameter<?> parameter) {
    if (value == null) {
      throw new IllegalStateException("parameter '" + parameter.name() + "' has no value");
    }
    return value;
  }

  private static Parameter<?> parameter(Node.Given given) {
    Parameter<?> parameter = given.parameter();
    if (parameter == null) {
      throw new IllegalStateException("'" + given.name() + "' is no parameter");
    }
    return parameter;
  }

  private static @Nullable StepOutput<?> binding(Instance owner, Parameter<?> parameter) {
    return ((Node.Inclusion) owner.node).bindings().get(parameter.index());
  }

  /** The list that a frame is one item of. */
  private static Instance list(Frame frame) {
    Instance owner = frame.owner;
    if (owner == null || !(owner.node instanceof Node.Each each)) {
      throw new IllegalStateException("not a frame of a list");
    }
    return owner.frame.instance(each.list());
  }

  /** How an output is kept: in the journal if it is small, else as a blob. */
  <A> String keep(StepValue.Kept<A> keeping, A value) {
    byte[] bytes = keeping.write().apply(value);
    return bytes.length <= INLINE_BYTES
        ? "=" + Base64.getEncoder().encodeToString(bytes)
        : artifacts.put(bytes).toString();
  }

  /** Reads what is kept. Throws a fault of the store if a blob is missing or altered. */
  byte[] bytes(String text) {
    if (text.startsWith(BLOB)) {
      return artifacts.read(new Digest(text.substring(BLOB.length())), Integer.MAX_VALUE - 8L);
    }
    if (!text.startsWith("=")) {
      throw new DataException("journal", 0, "value", "a kept output is neither inline nor a blob");
    }
    return Base64.getDecoder().decode(text.substring(1));
  }

  /** The digest of an output, null if nothing tells whether it is the same as another. */
  @Nullable Digest digest(Instance instance) {
    Node node = instance.node;
    String kept = instance.kept;
    if (node instanceof Node.Task<?> task) {
      return kept != null ? digest(kept) : digest(instance, task);
    } else if (node instanceof Node.Given given) {
      return digest(instance, given);
    } else if (node instanceof Node.Item item) {
      return item.value() == null ? null : digest(item.value(), of(instance));
    } else if (node instanceof Node.Each) {
      StringBuilder all = new StringBuilder("list");
      for (Frame frame : instance.frames) {
        Digest each = digest(frame.result());
        if (each == null) {
          return null;
        }
        all.append(' ').append(each.hex());
      }
      return Digest.ofText(all.toString());
    } else if (node instanceof Node.Choice || node instanceof Node.Inclusion) {
      return digest(instance.frames.get(0).result());
    } else if (node instanceof Node.Judged<?> || node instanceof Node.Asked<?>) {
      return digest(instance.frame.instance(node.inputs().get(0)));
    }
    return null;
  }

  private Digest digest(String kept) {
    return kept.startsWith(BLOB)
        ? new Digest(kept.substring(BLOB.length()))
        : Digest.of(bytes(kept));
  }

  @SuppressWarnings("unchecked") // the output of a Task<A> is an A
  private <A> @Nullable Digest digest(Instance instance, Node.Task<A> task) {
    return task.value() instanceof StepValue.Recomputed<A> made && made.digest() != null
        ? made.digest().apply((A) of(instance))
        : null;
  }

  private @Nullable Digest digest(Instance instance, Node.Given given) {
    Parameter<?> parameter = parameter(given);
    Instance owner = instance.frame.owner;
    if (owner == null) {
      String text = parameterTexts.get(parameter.name());
      return text == null ? null : digest(text);
    }
    StepOutput<?> binding = binding(owner, parameter);
    return binding == null
        ? digest(parameter.value(), of(instance))
        : digest(owner.frame.instance(binding));
  }

  @SuppressWarnings("unchecked") // the value is of the type that is kept this way
  private static <A> Digest digest(StepValue.Kept<A> keeping, Object value) {
    return Digest.of(keeping.write().apply((A) value));
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
