package dev.endolith.onnx;

import dev.endolith.data.Classification;
import dev.endolith.data.Task;
import dev.endolith.model.ModelFormat;
import dev.endolith.tck.ModelFormatContract;
import java.util.List;

class OnnxFormatContractTest extends ModelFormatContract<OnnxModelTest.Flower, OnnxModelTest.Iris> {
  private static final Classification<OnnxModelTest.Flower, OnnxModelTest.Iris> TASK =
      Task.classify(OnnxModelTest.Flower.class, OnnxModelTest.Iris.class).build();

  @Override
  protected ModelFormat format() {
    return new OnnxFormat();
  }

  @Override
  protected byte[] content() {
    return OnnxModel.of(OnnxModelTest.resource("iris-zipmap.onnx"))
        .bound(OnnxModelTest.zipMap())
        .content();
  }

  @Override
  protected Task<OnnxModelTest.Flower, OnnxModelTest.Iris> task() {
    return TASK;
  }

  @Override
  protected Task<?, ?> otherTask() {
    return Task.regress(OnnxModelTest.Flower.class).build();
  }

  @Override
  protected List<OnnxModelTest.Flower> rows() {
    return List.of(
        new OnnxModelTest.Flower(5, 3.4, 1.4, 0.2), new OnnxModelTest.Flower(6, 3, 5, 2));
  }
}
