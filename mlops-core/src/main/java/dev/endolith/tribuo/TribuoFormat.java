package dev.endolith.tribuo;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.endolith.data.Anomaly;
import dev.endolith.data.Classification;
import dev.endolith.data.Clustering;
import dev.endolith.data.Regression;
import dev.endolith.data.Task;
import dev.endolith.error.ArtifactRefusedException;
import dev.endolith.error.MissingDependencyException;
import dev.endolith.model.ContentFirewall;
import dev.endolith.model.ModelFormat;
import dev.endolith.model.Predictor;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tribuo.Model;
import org.tribuo.classification.Label;
import org.tribuo.protos.core.ModelProto;
import org.tribuo.regression.Regressor;

/**
 * Reads models that Tribuo stored as protobuf. Class names in the content are allow-listed before
 * anything is loaded. Found on the class path by its name.
 */
public final class TribuoFormat implements ModelFormat {
  /** The format's name. */
  public static final String NAME = "tribuo-protobuf";

  private static final Pattern PACKAGE = Pattern.compile("[A-Za-z_]\\w*(\\.[A-Za-z_]\\w*)*");

  private final List<String> allowed;

  /** Creates the format; called by the service loader. */
  public TribuoFormat() {
    this(List.of());
  }

  private TribuoFormat(List<String> allowed) {
    this.allowed = allowed;
  }

  /**
   * A format that also loads models which name classes of the host: of its own trainers, or of
   * enumerations among their settings. Loading such a model initialises these classes.
   *
   * @param packages names such as {@code com.example.training}; what is in packages below them is
   *     allowed, too
   * @return the format, to be given to a workspace
   * @throws IllegalArgumentException if one is not the name of a package
   */
  public static TribuoFormat allowing(String... packages) {
    List<String> beginnings = new ArrayList<>();
    for (String name : packages) {
      if (!PACKAGE.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "packages must be names such as 'com.example.training', one was not");
      }
      beginnings.add(name + ".");
    }
    return new TribuoFormat(List.copyOf(beginnings));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public <X, Y> Predictor<X, Y> load(byte[] content, Task<X, Y> task) {
    ContentFirewall.check(NAME, content);
    try {
      return Reader.read(content, task, new TribuoFirewall(allowed));
    } catch (NoClassDefFoundError e) {
      throw new MissingDependencyException(
          NAME,
          "org.tribuo:tribuo-classification-sgd",
          "a Tribuo model needs Tribuo's jars on the class path; add"
              + " org.tribuo:tribuo-classification-sgd or the module that trained it",
          e);
    }
  }

  /** Apart, so that this provider can be made and asked for its name without Tribuo's jars. */
  private static final class Reader {
    private Reader() {}

    static <X, Y> Predictor<X, Y> read(byte[] content, Task<X, Y> task, TribuoFirewall firewall) {
      ModelProto proto;
      try {
        proto = ModelProto.parseFrom(content);
      } catch (InvalidProtocolBufferException e) {
        throw new ArtifactRefusedException(
            NAME, "well-formed", "the content is not a Tribuo model in protobuf form", e);
      }
      firewall.check(proto);
      Predictor<X, Y> boosted = Boosted.withoutLibrary(proto, task);
      if (boosted != null) {
        return boosted;
      }
      try {
        Model<?> model = Model.deserialize(proto);
        if (task instanceof Classification<X, Y>) {
          return ModelCompiler.labels(task, model.castModel(Label.class));
        } else if (task instanceof Anomaly<?>) {
          return Anomalies.read(task, model);
        }
        if (task instanceof Clustering<?>) {
          return Clusters.read(task, model);
        }
        if (!(task instanceof Regression<?>)) {
          throw new ArtifactRefusedException(
              NAME,
              "answers the task",
              "models of Tribuo answer one label or one number; a task of several outputs or of"
                  + " tensors needs an ONNX model");
        }
        return regression(task, model.castModel(Regressor.class));
      } catch (ClassCastException e) {
        throw new ArtifactRefusedException(
            NAME, "answers the task", "the model is of another kind than the task", e);
      } catch (IllegalStateException | IllegalArgumentException e) {
        throw new ArtifactRefusedException(
            NAME, "well-formed", "Tribuo cannot read the model: " + e.getClass().getName(), e);
      }
    }

    @SuppressWarnings("unchecked") // this task is a regression: Y is Double
    private static <X, Y> Predictor<X, Y> regression(Task<X, Y> task, Model<Regressor> model) {
      return (Predictor<X, Y>) ModelCompiler.numbers((Task<X, Double>) task, model);
    }
  }

  /** Apart, so that other models load without the jars of boosted trees. */
  private static final class Boosted {
    private Boosted() {}

    /**
     * Looks at a booster before native code does.
     *
     * @return the model's translation if the native library cannot be loaded, null if it can, or if
     *     the model is another
     * @throws ArtifactRefusedException if the booster is broken
     */
    static <X, Y> @Nullable Predictor<X, Y> withoutLibrary(ModelProto proto, Task<X, Y> task) {
      if (!BoostedModel.isOne(proto)) {
        return null;
      }
      BoostedModel model;
      try {
        model = BoostedModel.of(proto);
      } catch (NotCompiled e) {
        return null; // the original serves, and its predictor says why
      }
      try {
        Class.forName("ml.dmlc.xgboost4j.java.XGBoostJNI"); // loads the library, once a process
        return null;
      } catch (ClassNotFoundException | LinkageError e) {
        return model.alone(task, e);
      }
    }
  }

  /** Apart, so that other models load without the jars of anomalies. */
  private static final class Anomalies {
    private Anomalies() {}

    @SuppressWarnings("unchecked") // this task finds anomalies: Y is Boolean
    static <X, Y> Predictor<X, Y> read(Task<X, Y> task, Model<?> model) {
      return (Predictor<X, Y>)
          new TribuoPredictor<>(
              (Task<X, Boolean>) task,
              model.castModel(org.tribuo.anomaly.Event.class),
              new EventOutputs());
    }
  }

  /** Apart, so that other models load without the jars of clusterings. */
  private static final class Clusters {
    private Clusters() {}

    @SuppressWarnings("unchecked") // this task is a clustering: Y is Integer
    static <X, Y> Predictor<X, Y> read(Task<X, Y> task, Model<?> model) {
      return (Predictor<X, Y>)
          new TribuoPredictor<>(
              (Task<X, Integer>) task,
              model.castModel(org.tribuo.clustering.ClusterID.class),
              new ClusterOutputs());
    }
  }
}
