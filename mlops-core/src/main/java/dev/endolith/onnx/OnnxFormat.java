package dev.endolith.onnx;

import dev.endolith.data.Task;
import dev.endolith.data.TensorTask;
import dev.endolith.data.Tensors;
import dev.endolith.error.MissingDependencyException;
import dev.endolith.model.ModelFormat;
import dev.endolith.model.Predictor;
import java.util.function.Supplier;

/**
 * Reads models in ONNX form, with ONNX Runtime. A file is walked and checked before the runtime,
 * which is native code, sees it; it is given to the runtime as bytes, so that there is no folder
 * from which it could read more. A model computes on the thread that asks, and no others. Found on
 * the class path by its name.
 */
public final class OnnxFormat implements ModelFormat {
  /** The format's name. */
  public static final String NAME = "onnx";

  private static final String COORDINATES = "com.microsoft.onnxruntime:onnxruntime";

  /** Creates the format; called by the service loader. */
  public OnnxFormat() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public <X, Y> Predictor<X, Y> load(byte[] content, Task<X, Y> task) {
    OnnxModel model = OnnxModel.checked(content);
    if (task instanceof TensorTask tensors) {
      OnnxTensors.check(model.signature(), tensors);
      return opened(() -> asked(OnnxTensorPredictor.open(content, tensors)));
    }
    OnnxBinding binding =
        model.binding().orElseGet(() -> OnnxBinding.byName(model.signature(), task));
    OnnxInputs<X> inputs = OnnxInputs.of(binding, model.signature(), task.features());
    OnnxOutput<Y> output = OnnxOutput.of(binding.answer(), model.signature(), task);
    return opened(() -> OnnxPredictor.open(content, inputs, output));
  }

  @SuppressWarnings("unchecked") // a task of tensors: both X and Y are Tensors
  private static <X, Y> Predictor<X, Y> asked(Predictor<Tensors, Tensors> predictor) {
    return (Predictor<X, Y>) predictor;
  }

  private static <X, Y> Predictor<X, Y> opened(Supplier<Predictor<X, Y>> opening) {
    try {
      return opening.get();
    } catch (NoClassDefFoundError | UnsatisfiedLinkError | ExceptionInInitializerError e) {
      throw new MissingDependencyException(
          NAME,
          COORDINATES,
          "an ONNX model needs ONNX Runtime, with its native library for this machine, on the class"
              + " path; add "
              + COORDINATES
              + ", version 1.24.2 or newer",
          e);
    }
  }
}
