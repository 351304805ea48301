package dev.endolith.serving;

import dev.endolith.data.Classification;
import dev.endolith.data.Sensitive;
import dev.endolith.data.Task;
import dev.endolith.error.ArtifactRefusedException;
import dev.endolith.model.Classified;
import dev.endolith.model.ModelFormat;
import dev.endolith.model.Predictor;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Candidate;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.Models;
import dev.endolith.registry.VersionState;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A task, and a format whose models always answer the score that is written in them. */
final class Constants {
  record Ask(double x, @Sensitive String secret, String name) {}

  static final Classification<Ask, Boolean> TASK =
      Task.classify(Ask.class, Boolean.class).key(Ask::name).build();

  private Constants() {}

  static Ask ask(String name) {
    return new Ask(1, "hush", name);
  }

  static ModelVersion approved(Models models, String model, double score) {
    return approved(models, model, Double.toString(score));
  }

  static ModelVersion approved(Models models, String model, String content) {
    ModelVersion version =
        models.register(
            model,
            Candidate.of(
                "constant", TASK.features().schema(), content.getBytes(StandardCharsets.UTF_8)));
    models.transition(model, version.number(), VersionState.VALIDATED, "test");
    return models.transition(model, version.number(), VersionState.APPROVED, "test");
  }

  static void champion(Models models, String model, long number) {
    models.move(model, Alias.CHAMPION, number, "test");
  }

  /** Counts open models; a model that is asked after it was closed says so. */
  static final class Format implements ModelFormat {
    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger askedAfterClose = new AtomicInteger();

    @Override
    public String name() {
      return "constant";
    }

    @Override
    public <X, Y> Predictor<X, Y> load(byte[] content, Task<X, Y> task) {
      String text = new String(content, StandardCharsets.UTF_8);
      if (text.equals("poison")) {
        throw new ArtifactRefusedException("constant", "a number", "the model is no number");
      }
      if (text.equals("odd")) {
        throw new IndexOutOfBoundsException("a format's own bug");
      }
      double score = Double.parseDouble(text);
      open.incrementAndGet();
      AtomicBoolean closed = new AtomicBoolean();
      return new Predictor<>() {
        @Override
        public dev.endolith.model.Prediction<Y> predict(X x) {
          if (closed.get()) {
            askedAfterClose.incrementAndGet();
          }
          if (score < 0) {
            throw new IllegalStateException("a model's own failure");
          }
          return Classified.of((dev.endolith.data.Classification<X, Y>) task, 1 - score, score);
        }

        @Override
        public void close() {
          if (!closed.compareAndSet(false, true)) {
            throw new IllegalStateException("closed twice");
          }
          open.decrementAndGet();
        }
      };
    }
  }
}
