package dev.endolith.examples;

import dev.endolith.Workspace;
import dev.endolith.data.Dataset;
import dev.endolith.data.Task;
import dev.endolith.examples.BankMarketing.Contact;
import dev.endolith.lifecycle.ManagedModel;
import dev.endolith.lifecycle.TrainOutcome;
import dev.endolith.lifecycle.TrainingWindow;
import dev.endolith.model.Metric;
import dev.endolith.monitoring.Monitor;
import dev.endolith.monitoring.window.Window;
import dev.endolith.registry.Gate;
import dev.endolith.serving.Rollout;
import dev.endolith.serving.Served;
import dev.endolith.tribuo.Tribuo;
import java.io.PrintStream;
import java.nio.file.Path;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;

/** The loop in twenty lines: what the README shows, run by a test. */
public final class QuickStart {
  private QuickStart() {}

  static TrainOutcome run(
      Path folder,
      Task<Contact, Boolean> subscribes,
      Dataset<Contact, Boolean> history,
      PrintStream out) {
    try (Workspace workspace = Workspace.open(folder)) {
      ManagedModel<Contact, Boolean> model =
          ManagedModel.of("subscribes", subscribes, workspace)
              .train(Tribuo.classifier(new LogisticRegressionTrainer()))
              .gate(Gate.atLeast(Metric.AUC, 0.55))
              .gate(Gate.beatsChampion(Metric.LOG_LOSS))
              .watch(Monitor.drift(Window.rows(500)))
              .rollout(Rollout.canary(0.25))
              .window(TrainingWindow.bestOf(1_000, 2_000, 4_000, 8_000))
              .holdout(300)
              .retrainFrom(instant -> history)
              .build();
      TrainOutcome outcome = model.train(history);
      Contact contact = history.examples().get(0).x();
      Served<Boolean> served = model.predict(contact);
      out.println("v" + served.version() + " says " + served.value());
      var feedback = model.feedback(served.id(), true, workspace.clock().instant());
      out.println(feedback + ", " + model.health().explanation());
      return outcome;
    }
  }
}
