package dev.endolith.model;

import dev.endolith.data.Features;
import dev.endolith.data.Field;
import dev.endolith.data.Regression;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.data.Task;
import dev.endolith.error.ArtifactRefusedException;
import dev.endolith.error.PredictionException;
import dev.endolith.error.SchemaMismatchException;
import dev.endolith.tck.ModelFormatContract;
import java.nio.ByteBuffer;
import java.util.List;

/** The smallest format that keeps the contract: weights, as a third party would write it. */
class WeightsFormatTest extends ModelFormatContract<Row, Double> {
  private static final Schema SCHEMA = Schema.of(Field.number("a"), Field.number("b"));
  private static final Task<Row, Double> TASK = Task.regress(Features.rows(SCHEMA)).build();

  private static final class WeightsFormat implements ModelFormat {
    private static final int MAGIC = 0x57454947;

    @Override
    public String name() {
      return "weights";
    }

    @Override
    @SuppressWarnings("unchecked") // a regression answers Double
    public <X, Y> Predictor<X, Y> load(byte[] content, Task<X, Y> task) {
      ContentFirewall.check(name(), content);
      int fields = task.features().schema().size();
      ByteBuffer in = ByteBuffer.wrap(content);
      if (content.length < 8 || in.getInt() != MAGIC || in.getInt() * 8L != in.remaining()) {
        throw new ArtifactRefusedException(name(), "well-formed", "these are no weights");
      }
      if (!(task instanceof Regression<?>) || in.remaining() != fields * 8) {
        throw new SchemaMismatchException("model", "fields", "the weights are of another task");
      }
      double[] weights = new double[fields];
      in.asDoubleBuffer().get(weights);
      return x -> {
        double sum = 0;
        for (int i = 0; i < fields; i++) {
          sum += weights[i] * task.features().number(x, i);
        }
        if (!Double.isFinite(sum)) {
          throw new PredictionException("model", "the sum is not finite");
        }
        return (Prediction<Y>) new Regressed(sum);
      };
    }
  }

  @Override
  protected ModelFormat format() {
    return new WeightsFormat();
  }

  @Override
  protected byte[] content() {
    return ByteBuffer.allocate(24)
        .putInt(WeightsFormat.MAGIC)
        .putInt(2)
        .putDouble(1.5)
        .putDouble(-2)
        .array();
  }

  @Override
  protected Task<Row, Double> task() {
    return TASK;
  }

  @Override
  protected Task<?, ?> otherTask() {
    return Task.regress(Features.rows(Schema.of(Field.number("a")))).build();
  }

  @Override
  protected List<Row> rows() {
    return List.of(
        Row.of(SCHEMA, new double[] {1, 2}, new String[2]),
        Row.of(SCHEMA, new double[] {3, -1}, new String[2]));
  }
}
