package dev.endolith.serving.http;

import dev.endolith.data.Classification;
import dev.endolith.data.Ignore;
import dev.endolith.data.Regression;
import dev.endolith.data.Task;
import dev.endolith.model.Classified;
import dev.endolith.model.Regressed;
import dev.endolith.serving.Deployment;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** Deployments whose answers tell what they were asked. */
final class Models {
  record Point(double a, double b) {}

  enum Colour {
    RED,
    BLUE
  }

  record Mixed(
      int count,
      boolean flag,
      Colour colour,
      LocalDate day,
      @Nullable Double maybe,
      long big,
      @Ignore String id) {}

  static final Regression<Point> SUM_TASK = Task.regress(Point.class).build();
  static final Classification<Mixed, Boolean> MIXED_TASK =
      Task.classify(Mixed.class, Boolean.class).build();

  private Models() {}

  /** Answers a + b; a negative a is what the model cannot take. */
  static Deployment<Point, Double> sum() {
    return Deployment.fixed(
        "sum",
        SUM_TASK,
        point -> {
          if (point.a() < -1e6) {
            throw new IllegalStateException("secret " + point.a());
          }
          return new Regressed(point.a() + point.b());
        });
  }

  /** Answers a score that every field has a part in. */
  static Deployment<Mixed, Boolean> mixed() {
    return Deployment.fixed(
        "mixed", MIXED_TASK, x -> Classified.of(MIXED_TASK, 1 - score(x), score(x)));
  }

  static double score(Mixed x) {
    return (x.count()
            + (x.flag() ? 0.5 : 0)
            + (x.colour() == Colour.BLUE ? 1 : 0)
            + x.day().getDayOfMonth()
            + (x.maybe() == null ? 100 : x.maybe())
            + x.big() % 10
            + x.id().length())
        / 1000;
  }
}
