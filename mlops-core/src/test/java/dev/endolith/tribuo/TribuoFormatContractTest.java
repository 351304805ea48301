package dev.endolith.tribuo;

import dev.endolith.data.Classification;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Task;
import dev.endolith.model.ModelFormat;
import dev.endolith.tck.ModelFormatContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.tribuo.classification.Label;
import org.tribuo.classification.dtree.CARTClassificationTrainer;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;

/** Tribuo's models of three kinds. */
class TribuoFormatContractTest {
  record Point(double x, String colour) {}

  private static final Classification<Point, Boolean> TASK =
      Task.classify(Point.class, Boolean.class).build();

  private abstract static class Kind extends ModelFormatContract<Point, Boolean> {
    private final byte[] content;

    Kind(org.tribuo.Trainer<Label> trainer) {
      Random random = new Random(1);
      List<Example<Point, Boolean>> rows = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        double x = random.nextGaussian();
        rows.add(new Example<>(new Point(x, x > 1 ? "red" : "blue"), x > 0.3));
      }
      content =
          Tribuo.<Point, Boolean>classifier(trainer)
              .train(Dataset.of(TASK, DataOrigin.named("points"), rows), 1)
              .content();
    }

    @Override
    protected ModelFormat format() {
      return new TribuoFormat();
    }

    @Override
    protected byte[] content() {
      return content.clone();
    }

    @Override
    protected Task<Point, Boolean> task() {
      return TASK;
    }

    @Override
    protected Task<?, ?> otherTask() {
      return Task.regress(Point.class).build();
    }

    @Override
    protected List<Point> rows() {
      return List.of(new Point(-2, "blue"), new Point(2, "red"), new Point(0.3, "none"));
    }
  }

  @Nested
  class LogisticRegression extends Kind {
    LogisticRegression() {
      super(new LogisticRegressionTrainer());
    }
  }

  @Nested
  class Tree extends Kind {
    Tree() {
      super(new CARTClassificationTrainer(4));
    }
  }
}
