package dev.endolith.tribuo;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.endolith.data.Field;
import dev.endolith.data.Schema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.VariableIDInfo;
import org.tribuo.VariableInfo;
import org.tribuo.protos.core.MeanStdDevTransformerProto;
import org.tribuo.transform.Transformer;
import org.tribuo.transform.TransformerMap;

/** Where a model's features stand in a row of the schema, and how numbers are scaled. Immutable. */
final class Columns {
  /** The id of a category that the model does not know. */
  static final int UNKNOWN = -1;

  private final Schema schema;
  private final ImmutableFeatureMap features;
  private final boolean[] known;
  private final double[] mean;
  private final double[] deviation;
  private final double[] targetMean;
  private final double[] targetDeviation;
  private final Map<String, Map<String, Integer>> codes = new HashMap<>();

  private Columns(Schema schema, ImmutableFeatureMap features) {
    this.schema = schema;
    this.features = features;
    this.known = new boolean[schema.size()];
    this.mean = new double[schema.size()];
    this.deviation = new double[schema.size()];
    this.targetMean = new double[schema.size()];
    this.targetDeviation = new double[schema.size()];
  }

  /**
   * Reads them.
   *
   * @param scaling the model's transformations, null if there are none
   * @throws NotCompiled if a transformation is of another kind than mean and deviation
   */
  static Columns of(Schema schema, ImmutableFeatureMap features, @Nullable TransformerMap scaling) {
    Columns columns = new Columns(schema, features);
    for (int i = 0; i < schema.size(); i++) {
      Field field = schema.field(i);
      columns.deviation[i] = 1;
      columns.targetDeviation[i] = 1;
      if (field.type().numeric()) {
        columns.known[i] = features.get(field.name()) != null;
      } else {
        columns.codes.put(field.name(), new HashMap<>());
      }
    }
    for (VariableInfo info : features) {
      String name = info.getName();
      int is = name.indexOf(ExampleBuilder.IS);
      Map<String, Integer> values = is > 0 ? columns.codes.get(name.substring(0, is)) : null;
      if (values != null) {
        values.put(name.substring(is + 1), features.getID(name));
      }
    }
    if (scaling != null) {
      for (Map.Entry<String, List<Transformer>> entry : scaling.entrySet()) {
        int column = schema.position(entry.getKey()).orElse(-1);
        if (column < 0 && features.get(entry.getKey()) == null) {
          continue;
        }
        if (column < 0 || entry.getValue().size() != 1 || !columns.known[column]) {
          throw new NotCompiled("it transforms what is no number of the task");
        }
        columns.scale(column, entry.getValue().get(0));
      }
    }
    return columns;
  }

  private void scale(int column, Transformer transformer) {
    try {
      var data = transformer.serialize().getSerializedData();
      if (!data.is(MeanStdDevTransformerProto.class)) {
        throw new NotCompiled("it transforms by more than mean and deviation");
      }
      MeanStdDevTransformerProto scaler = data.unpack(MeanStdDevTransformerProto.class);
      mean[column] = scaler.getObservedMean();
      deviation[column] = scaler.getObservedStdDev();
      targetMean[column] = scaler.getTargetMean();
      targetDeviation[column] = scaler.getTargetStdDev();
    } catch (InvalidProtocolBufferException e) {
      throw new NotCompiled("a transformation cannot be read");
    }
    if (!(deviation[column] > 0) || !(targetDeviation[column] > 0)) {
      throw new NotCompiled("a transformation does not grow with its value");
    }
  }

  int size() {
    return schema.size();
  }

  Schema schema() {
    return schema;
  }

  ImmutableFeatureMap features() {
    return features;
  }

  boolean isNumeric(int column) {
    return schema.field(column).type().numeric();
  }

  /** Whether a number is a feature of the model. */
  boolean isKnown(int column) {
    return known[column];
  }

  Map<String, Integer> codes(int column) {
    Map<String, Integer> values = codes.get(schema.field(column).name());
    return values == null ? Map.of() : values;
  }

  /** A number as the model sees it, in the order of operations that Tribuo computes it by. */
  double scaled(int column, double value) {
    return (value - mean[column]) / deviation[column] * targetDeviation[column]
        + targetMean[column];
  }

  double slope(int column) {
    return targetDeviation[column] / deviation[column];
  }

  double intercept(int column) {
    return targetMean[column] - mean[column] * slope(column);
  }

  /** A number that the model has probably seen: {@code z} deviations from the mean. */
  double likely(int column, double z) {
    return mean[column] + z * deviation[column];
  }

  /** The column and, of a category, the code of a feature; column -1 if the task lacks it. */
  int[] place(String feature) {
    int is = feature.indexOf(ExampleBuilder.IS);
    int column = schema.position(is > 0 ? feature.substring(0, is) : feature).orElse(-1);
    VariableIDInfo info = features.get(feature);
    if (column < 0 || info == null || isNumeric(column) == (is > 0)) {
      return new int[] {-1, UNKNOWN};
    }
    return new int[] {column, is > 0 ? info.getID() : UNKNOWN};
  }
}
