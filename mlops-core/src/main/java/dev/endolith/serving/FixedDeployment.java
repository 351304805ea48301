package dev.endolith.serving;

import dev.endolith.data.Id;
import dev.endolith.data.IdGenerator;
import dev.endolith.data.Task;
import dev.endolith.explain.Explainers;
import dev.endolith.explain.Explanation;
import dev.endolith.model.Predictor;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One model that never changes. */
record FixedDeployment<X, Y>(
    String name, @Nullable Task<X, Y> asked, Predictor<X, Y> predictor, IdGenerator ids)
    implements Deployment<X, Y> {
  @Override
  public Optional<Task<X, Y>> task() {
    return Optional.ofNullable(asked);
  }

  @Override
  public List<Long> serving() {
    return List.of(0L);
  }

  @Override
  public Served<Y> predict(X x, CallContext context) {
    return new Served<>(predictor.predict(x), ids.next(), 0, 0, Route.FIXED);
  }

  @Override
  public Explanation explain(X x, Served<Y> served, int output, Explainers<X, Y> how) {
    return how.explainerOf(predictor).explain(x, output);
  }

  @Override
  public FeedbackResult feedback(Id prediction, Y label, Instant at) {
    return new FeedbackResult.UnknownPrediction(); // there is no log to find it in
  }

  @Override
  public FeedbackResult feedback(String key, Y label, Instant at) {
    return new FeedbackResult.UnknownPrediction();
  }

  @Override
  public List<FeedbackResult> feedback(List<Feedback> feedback) {
    return feedback.stream()
        .<FeedbackResult>map(f -> new FeedbackResult.UnknownPrediction())
        .toList();
  }

  @Override
  public void refresh() {}

  @Override
  public DeploymentStatus status() {
    return new DeploymentStatus(0, 0, 0, 0, 0, Optional.empty(), 0, List.of());
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
