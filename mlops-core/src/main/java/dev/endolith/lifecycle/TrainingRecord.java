package dev.endolith.lifecycle;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Dataset;
import dev.endolith.model.ModelDigest;
import dev.endolith.model.TrainedModel;
import java.nio.charset.StandardCharsets;

/**
 * How a version was trained: what is needed to train it again. An attachment of the version.
 *
 * @param origin the name of the data's origin
 * @param location where the data live, empty if unknown
 * @param source the fingerprint of all rows, as hex
 * @param rows how many they were
 * @param training which of them were trained on
 * @param judged which of them were judged on
 * @param seed the seed of the training
 * @param digest what the model was trained with and answered to the rows to judge on
 */
record TrainingRecord(
    String origin,
    String location,
    String source,
    int rows,
    Part training,
    Part judged,
    long seed,
    ModelDigest digest) {
  static final String NAME = "training";

  static <X, Y> TrainingRecord of(
      Dataset<X, Y> all,
      Dataset<X, Y> training,
      Dataset<X, Y> judged,
      TrainedModel<X, Y> model,
      long seed) {
    int cut = all.size() - judged.size();
    return new TrainingRecord(
        all.origin().name(),
        all.origin().location(),
        all.fingerprint().hex(),
        all.size(),
        new Part(cut - training.size(), cut),
        new Part(cut, all.size()),
        seed,
        ModelDigest.of(model, judged));
  }

  /** Positions among the rows that the training was given, whatever they were taken from. */
  record Part(int from, int to) {}

  static TrainingRecord read(byte[] json) {
    return CanonicalJson.read(new String(json, StandardCharsets.UTF_8), TrainingRecord.class);
  }

  byte[] toJson() {
    return CanonicalJson.write(this).getBytes(StandardCharsets.UTF_8);
  }
}
