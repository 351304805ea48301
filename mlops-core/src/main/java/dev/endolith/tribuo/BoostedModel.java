package dev.endolith.tribuo;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.endolith.data.Classification;
import dev.endolith.data.Task;
import dev.endolith.error.MissingDependencyException;
import dev.endolith.error.PredictionException;
import dev.endolith.error.SchemaMismatchException;
import dev.endolith.model.Classified;
import dev.endolith.model.Execution;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.model.Regressed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tribuo.FeatureMap;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.OutputInfo;
import org.tribuo.classification.Label;
import org.tribuo.common.xgboost.protos.XGBoostModelProto;
import org.tribuo.protos.core.ModelProto;
import org.tribuo.protos.core.TransformedModelProto;
import org.tribuo.transform.TransformerMap;

/**
 * A boosted model as its file holds it, read without XGBoost's native library: its parser, which
 * trusts what it reads, sees only what was read here before. Touches classes of Tribuo's XGBoost
 * module; a holder keeps it from those who lack the jar. Immutable.
 */
record BoostedModel(
    ImmutableFeatureMap features,
    ImmutableOutputInfo<?> outputs,
    BoosterBytes booster,
    @Nullable TransformerMap scaling) {
  private static final String BOOSTED = "org.tribuo.common.xgboost.XGBoostModel";
  private static final String TRANSFORMED = "org.tribuo.transform.TransformedModel";

  /** Whether a file holds one, by the names in it. */
  static boolean isOne(ModelProto proto) {
    return boosted(proto).isPresent();
  }

  private static Optional<ModelProto> boosted(ModelProto proto) {
    try {
      ModelProto inner =
          proto.getClassName().equals(TRANSFORMED)
              ? proto.getSerializedData().unpack(TransformedModelProto.class).getModel()
              : proto;
      return inner.getClassName().equals(BOOSTED) ? Optional.of(inner) : Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads one.
   *
   * @throws NotCompiled if it is of a kind that has no translation
   */
  static BoostedModel of(ModelProto proto) {
    try {
      ModelProto inner =
          boosted(proto).orElseThrow(() -> new NotCompiled("it is no boosted model"));
      TransformerMap scaling = null;
      if (proto.getClassName().equals(TRANSFORMED)) {
        TransformedModelProto outer = proto.getSerializedData().unpack(TransformedModelProto.class);
        if (outer.getDensify()) {
          throw new NotCompiled("it fills in what is missing");
        }
        scaling = TransformerMap.deserialize(outer.getTransformerMap());
      }
      XGBoostModelProto model = inner.getSerializedData().unpack(XGBoostModelProto.class);
      if (model.getModelsCount() != 1) {
        throw new NotCompiled("it has a booster for each of several dimensions");
      }
      FeatureMap features = FeatureMap.deserialize(model.getMetadata().getFeatureDomain());
      OutputInfo<?> outputs = OutputInfo.deserialize(model.getMetadata().getOutputDomain());
      if (!(features instanceof ImmutableFeatureMap fixed)
          || !(outputs instanceof ImmutableOutputInfo<?> known)) {
        throw new NotCompiled("its features or outputs may change");
      }
      return new BoostedModel(
          fixed, known, BoosterBytes.read(model.getModels(0).asReadOnlyByteBuffer()), scaling);
    } catch (InvalidProtocolBufferException e) {
      throw new NotCompiled("its file cannot be read");
    }
  }

  /** The translation, for columns that were made of these features. */
  BoostedEvaluator evaluator(Columns columns, int[] positions) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < features.size(); i++) {
      names.add(features.get(i).getName());
    }
    return new BoostedEvaluator(booster, columns, names, positions);
  }

  /** A predictor where the native library cannot be loaded, so that there is nothing to compare. */
  <X, Y> Predictor<X, Y> alone(Task<X, Y> task, Throwable why) {
    try {
      Columns columns = Columns.of(task.features().schema(), features, scaling);
      int[] positions = positions(task);
      int scores = task instanceof Classification<X, Y> c ? c.labels().size() : 1;
      return new CompiledPredictor<>(
          x -> {
            throw new PredictionException(
                "model", "a row has no value that the model knows; it cannot be answered");
          },
          task.features(),
          columns,
          evaluator(columns, positions),
          scores,
          answer(task),
          new Execution(
              true, Double.NaN, "not compared: XGBoost's native library cannot be loaded"));
    } catch (NotCompiled e) {
      throw new MissingDependencyException(
          TribuoFormat.NAME,
          "ml.dmlc:xgboost4j_2.12",
          "the model needs XGBoost's native library, which cannot be loaded on this machine: "
              + e.reason(),
          why);
    }
  }

  @SuppressWarnings("unchecked") // what is no classification here is a regression: Y is Double
  private static <X, Y> Function<double[], Prediction<Y>> answer(Task<X, Y> task) {
    return task instanceof Classification<X, Y> classes
        ? scores -> Classified.of(classes, scores)
        : scores -> (Prediction<Y>) new Regressed(scores[0]);
  }

  private <X, Y> int[] positions(Task<X, Y> task) {
    int[] positions = new int[outputs.size()];
    if (!(task instanceof Classification<X, Y> classes)) {
      return positions;
    }
    List<String> names = classes.labels().stream().map(classes::labelName).toList();
    for (int i = 0; i < positions.length; i++) {
      positions[i] =
          outputs.getOutput(i) instanceof Label label ? names.indexOf(label.getLabel()) : -1;
      if (positions[i] < 0) {
        throw new SchemaMismatchException(
            "model", "labels", "the model answers labels that the task does not have: " + names);
      }
    }
    return positions;
  }
}
