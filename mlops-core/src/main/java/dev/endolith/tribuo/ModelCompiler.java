package dev.endolith.tribuo;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.endolith.data.Classification;
import dev.endolith.data.Task;
import dev.endolith.model.Classified;
import dev.endolith.model.Execution;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.model.Regressed;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Model;
import org.tribuo.Output;
import org.tribuo.classification.Label;
import org.tribuo.common.sgd.AbstractLinearSGDModel;
import org.tribuo.common.tree.LeafNode;
import org.tribuo.common.tree.Node;
import org.tribuo.common.tree.TreeModel;
import org.tribuo.ensemble.WeightedEnsembleModel;
import org.tribuo.math.la.DenseMatrix;
import org.tribuo.protos.core.WeightedEnsembleModelProto;
import org.tribuo.regression.Regressor;
import org.tribuo.regression.rtree.IndependentRegressionTreeModel;
import org.tribuo.transform.TransformedModel;
import org.tribuo.transform.TransformerMap;

/*
 * Translates linear models, CART trees and forests of them into arrays, and compares the translation
 * with the original before it answers. Where there is no translation, or it answers differently, the
 * original answers, and its predictor says why.
 */
final class ModelCompiler {
  private static final Logger LOG = LoggerFactory.getLogger(ModelCompiler.class);

  private ModelCompiler() {}

  static <X, Y> Predictor<X, Y> labels(Task<X, Y> task, Model<Label> model) {
    TribuoPredictor<X, Y, Label> original =
        new TribuoPredictor<>(task, model, new LabelOutputs<>());
    if (!(task instanceof Classification<X, Y> classes)) {
      return original;
    }
    List<String> names = classes.labels().stream().map(classes::labelName).toList();
    ImmutableOutputInfo<Label> outputs = model.getOutputIDInfo();
    int[] positions = new int[outputs.size()];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = names.indexOf(outputs.getOutput(i).getLabel());
    }
    return compiled(
        task,
        model,
        original,
        new Shape<>(
            positions,
            names.size(),
            (prediction, position) -> {
              Label label = prediction.getOutputScores().get(names.get(position));
              return label == null ? 0 : label.getScore();
            },
            (leaf, position) -> {
              Label label = leaf.getDistribution().get(names.get(position));
              return label == null ? 0 : label.getScore();
            },
            leaf -> names.indexOf(leaf.getOutput().getLabel())),
        scores -> Classified.of(classes, scores));
  }

  static <X> Predictor<X, Double> numbers(Task<X, Double> task, Model<Regressor> model) {
    TribuoPredictor<X, Double, Regressor> original =
        new TribuoPredictor<>(task, model, new NumberOutputs());
    return compiled(
        task,
        model,
        original,
        new Shape<>(
            new int[] {0},
            1,
            (prediction, position) -> prediction.getOutput().getValues()[0],
            (leaf, position) -> leaf.getOutput().getValues()[0],
            leaf -> -1),
        scores -> new Regressed(scores[0]));
  }

  private static <X, Y, T extends Output<T>> Predictor<X, Y> compiled(
      Task<X, Y> task,
      Model<T> model,
      TribuoPredictor<X, Y, T> original,
      Shape<T> shape,
      Function<double[], Prediction<Y>> answer) {
    String reason;
    try {
      TransformerMap scaling = null;
      Model<T> inner = model;
      if (model instanceof TransformedModel<T> transformed) {
        if (transformed.getDensify()) {
          throw new NotCompiled("it fills in what is missing");
        }
        scaling = transformed.getTransformerMap();
        inner = transformed.getInnerModel();
      }
      if (model.getOutputIDInfo().size() != shape.positions().length) {
        throw new NotCompiled("it has more than one dimension");
      }
      Columns columns = Columns.of(task.features().schema(), inner.getFeatureIDMap(), scaling);
      Proof<T> proof =
          new Proof<>(
              columns,
              model,
              original.unknown(),
              shape.reader(),
              shape.scores(),
              isBoosted(inner) ? Proof.MOST_SINGLE : Proof.MOST);
      NotCompiled last = new NotCompiled("its kind has no translation");
      for (Evaluator evaluator : evaluators(inner, columns, shape)) {
        try {
          Execution execution = Execution.compiled(proof.maxDifference(evaluator));
          return new CompiledPredictor<>(
              original, task.features(), columns, evaluator, shape.scores(), answer, execution);
        } catch (NotCompiled e) {
          last = e;
        }
      }
      throw last;
    } catch (NotCompiled e) {
      reason = e.reason();
    } catch (NoClassDefFoundError e) {
      reason = "its kind has no translation"; // a jar of trees or linear models is not there
    } catch (RuntimeException e) {
      reason = "its translation failed with " + e.getClass().getName();
    }
    LOG.info("A {} answers as it is: {}", model.getClass().getSimpleName(), reason);
    return original.because(reason);
  }

  /** Translations to try. Classes of jars that may be absent are touched only in holders. */
  private static <T extends Output<T>> List<Evaluator> evaluators(
      Model<T> model, Columns columns, Shape<T> shape) {
    String kind = model.getClass().getName();
    if (kind.contains(".sgd.linear.")) {
      return Linear.evaluators(model, columns, shape);
    }
    if (isBoosted(model)) {
      return List.of(Boosted.evaluator(model, columns, shape.positions()));
    }
    if (model instanceof WeightedEnsembleModel<T> || kind.contains("tree.")) {
      return List.of(Trees.evaluator(model, columns, shape));
    }
    throw new NotCompiled("its kind has no translation");
  }

  private static boolean isBoosted(Model<?> model) {
    return model.getClass().getName().equals("org.tribuo.common.xgboost.XGBoostModel");
  }

  private static final class Boosted {
    private Boosted() {}

    static Evaluator evaluator(Model<?> model, Columns columns, int[] positions) {
      return BoostedModel.of(model.serialize()).evaluator(columns, positions);
    }
  }

  private static final class Linear {
    private Linear() {}

    static <T extends Output<T>> List<Evaluator> evaluators(
        Model<T> model, Columns columns, Shape<T> shape) {
      if (!(model instanceof AbstractLinearSGDModel<T> linear)) {
        throw new NotCompiled("its kind has no translation");
      }
      DenseMatrix weights = linear.getWeightsCopy();
      List<Evaluator> all = new ArrayList<>();
      for (LinearEvaluator.Link link : LinearEvaluator.Link.values()) {
        all.add(new LinearEvaluator(columns, weights, shape.positions(), link));
      }
      return all;
    }
  }

  private static final class Trees {
    private Trees() {}

    static <T extends Output<T>> Evaluator evaluator(
        Model<T> model, Columns columns, Shape<T> shape) {
      ForestEvaluator.Growing growing = new ForestEvaluator.Growing(shape.scores());
      if (!(model instanceof WeightedEnsembleModel<T> forest)) {
        growing.add(root(model), model.getFeatureIDMap(), columns, 1, leaf -> each(leaf, shape));
        return growing.grown();
      }
      WeightedEnsembleModelProto proto;
      try {
        proto = forest.serialize().getSerializedData().unpack(WeightedEnsembleModelProto.class);
      } catch (InvalidProtocolBufferException e) {
        throw new NotCompiled("its weights cannot be read");
      }
      boolean votes = proto.getCombiner().getClassName().endsWith(".VotingCombiner");
      if (!votes && !proto.getCombiner().getClassName().endsWith(".AveragingCombiner")) {
        throw new NotCompiled("its trees are combined in a way that has no translation");
      }
      for (int i = 0; i < forest.getNumModels(); i++) {
        Model<T> member = forest.getModels().get(i);
        double weight = proto.getWeights(i);
        growing.add(
            root(member),
            member.getFeatureIDMap(),
            columns,
            weight,
            leaf -> {
              double[] scores = votes ? new double[shape.scores()] : each(leaf, shape);
              if (votes) {
                scores[shape.vote().applyAsInt(leaf)] = 1;
              }
              for (int k = 0; k < scores.length; k++) {
                scores[k] *= weight;
              }
              return scores;
            });
      }
      return growing.grown();
    }

    private static <T extends Output<T>> double[] each(LeafNode<T> leaf, Shape<T> shape) {
      double[] scores = new double[shape.scores()];
      for (int k = 0; k < scores.length; k++) {
        scores[k] = shape.leaf().score(leaf, k);
      }
      return scores;
    }

    @SuppressWarnings("unchecked") // a regression tree's output is a Regressor
    private static <T extends Output<T>> Node<T> root(Model<T> model) {
      if (model.getClass().getName().startsWith("org.tribuo.regression.rtree.")) {
        return (Node<T>)
            ((IndependentRegressionTreeModel) (Model<?>) model)
                .getRoots()
                .values()
                .iterator()
                .next();
      }
      if (!(model instanceof TreeModel<T> tree)) {
        throw new NotCompiled("its members are no trees");
      }
      return tree.getRoot();
    }
  }

  /**
   * How a kind of output becomes scores.
   *
   * @param positions where each of the model's outputs stands among the scores
   * @param scores how many scores there are
   * @param reader a score of an original answer
   * @param leaf a score of a leaf
   * @param vote the position that a leaf votes for
   */
  @SuppressWarnings("ArrayRecordComponent") // never leaves this class
  private record Shape<T extends Output<T>>(
      int[] positions,
      int scores,
      Proof.Reader<T> reader,
      LeafScore<T> leaf,
      ToIntFunction<LeafNode<T>> vote) {}

  private interface LeafScore<T extends Output<T>> {
    double score(LeafNode<T> leaf, int position);
  }
}
