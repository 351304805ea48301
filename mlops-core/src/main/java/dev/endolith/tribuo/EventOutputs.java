package dev.endolith.tribuo;

import dev.endolith.data.Task;
import dev.endolith.model.AnomalyScored;
import dev.endolith.model.Prediction;
import java.util.function.Function;
import org.tribuo.Model;
import org.tribuo.OutputFactory;
import org.tribuo.anomaly.AnomalyFactory;
import org.tribuo.anomaly.Event;

/** Ordinary and anomalous. */
final class EventOutputs implements Outputs<Boolean, Event> {
  private final AnomalyFactory factory = new AnomalyFactory();

  @Override
  public OutputFactory<Event> factory() {
    return factory;
  }

  @Override
  public Event output(Task<?, Boolean> task, Boolean label) {
    return label ? AnomalyFactory.ANOMALOUS_EVENT : AnomalyFactory.EXPECTED_EVENT;
  }

  /** One-class models learn what is ordinary. */
  @Override
  public boolean learnsFrom(Boolean label) {
    return !label;
  }

  @Override
  public Function<org.tribuo.Prediction<Event>, Prediction<Boolean>> answers(
      Task<?, Boolean> task, Model<Event> model) {
    return given -> {
      Event event = given.getOutput();
      boolean anomalous = event.getType() == Event.EventType.ANOMALOUS;
      // the size is the distance from the border, whose sign differs from model to model
      double size = Math.abs(event.getScore());
      return new AnomalyScored(anomalous ? size : -size, anomalous);
    };
  }
}
