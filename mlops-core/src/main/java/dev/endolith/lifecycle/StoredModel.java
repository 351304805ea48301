package dev.endolith.lifecycle;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Task;
import dev.endolith.model.ModelFormats;
import dev.endolith.model.TrainedModel;
import dev.endolith.pipeline.StepValue;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** A trained model as a step's output. */
record StoredModel(String format, Map<String, String> parameters, String content) {
  static <X, Y> StepValue<TrainedModel<X, Y>> value(Task<X, Y> task, ModelFormats formats) {
    return StepValue.bytes(StoredModel::write, bytes -> read(bytes, task, formats));
  }

  private static byte[] write(TrainedModel<?, ?> model) {
    return CanonicalJson.write(
            new StoredModel(
                model.format(),
                model.parameters(),
                Base64.getEncoder().encodeToString(model.content())))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static <X, Y> TrainedModel<X, Y> read(
      byte[] bytes, Task<X, Y> task, ModelFormats formats) {
    StoredModel stored =
        CanonicalJson.read(new String(bytes, StandardCharsets.UTF_8), StoredModel.class);
    byte[] content = Base64.getDecoder().decode(stored.content());
    return new TrainedModel<>(
        formats.get(stored.format()).load(content, task),
        stored.format(),
        content,
        stored.parameters());
  }
}
