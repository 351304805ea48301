package dev.endolith.pipeline;

import dev.endolith.data.CanonicalJson;
import dev.endolith.pipeline.StepRecord.Outcome;
import dev.endolith.registry.GateResult;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a run asks people, and what they answer. Confined to the coordinator. */
final class Approvals {
  /** Is told what people decided. */
  interface Decisions {
    void agreed(Instance instance);

    void rejected(Instance instance, GateResult why);
  }

  private final String run;
  private final Values values;
  private final RunJournal journal;
  private final Tell tell;
  private final Clock clock;
  private final Decisions decisions;
  private final Map<String, Asking> open = new LinkedHashMap<>();

  /** A question and its answers so far. */
  private record Asking(Instance instance, Instance.QuestionText question, List<Answer> answers) {}

  Approvals(
      String run, Values values, RunJournal journal, Tell tell, Clock clock, Decisions decisions) {
    this.run = run;
    this.values = values;
    this.journal = journal;
    this.tell = tell;
    this.clock = clock;
    this.decisions = decisions;
  }

  /** Asks, unless it was asked before, and decides if there are answers enough. */
  <A> void ask(Instance instance, Node.Asked<A> asked, Past past) {
    String path = instance.path;
    Instance.QuestionText question = past.questions.get(path);
    if (question == null) {
      question = question(instance, asked);
      journal.add(path, Outcome.ASKED, CanonicalJson.write(question));
      tell.on(new PipelineEvent.Asked(run, Past.question(run, path, question, List.of())));
    }
    List<Answer> answers = new ArrayList<>(past.answers.getOrDefault(path, List.of()));
    Asking asking = new Asking(instance, question, answers);
    open.put(path, asking);
    decide(asking);
  }

  @SuppressWarnings("unchecked") // the input of an Asked<A> is an A
  private <A> Instance.QuestionText question(Instance instance, Node.Asked<A> asked) {
    A subject = (A) values.of(instance.frame.instance(asked.inputs().get(0)));
    try {
      return new Instance.QuestionText(
          asked.question().run(subject),
          asked.policy().required(),
          asked.policy().roles(),
          asked.policy().validFor().toSeconds());
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new Values.Failed(e);
    }
  }

  /** Takes in an answer that somebody wrote into the journal. */
  void hear(StepRecord answered) {
    Asking asking = open.get(answered.step());
    if (asking != null) {
      asking.answers().add(CanonicalJson.read(answered.value(), Answer.class));
      decide(asking);
    }
  }

  /** What is still to be answered. */
  List<Question> open() {
    return open.values().stream()
        .map(a -> Past.question(run, a.instance().path, a.question(), a.answers()))
        .toList();
  }

  private void decide(Asking asking) {
    Instance instance = asking.instance();
    Map<String, Answer> last = new LinkedHashMap<>();
    asking.answers().forEach(answer -> last.put(answer.actor(), answer));
    Instant now = clock.instant();
    long agreed = 0;
    for (Answer answer : last.values()) {
      if (!answer.approved()) {
        open.remove(instance.path);
        String why = "'" + answer.actor() + "' rejected it: " + answer.reason();
        decisions.rejected(instance, new GateResult(instance.path, false, why));
        return;
      }
      agreed += asking.question().holds(answer, now) ? 1 : 0;
    }
    if (agreed >= asking.question().required()) {
      open.remove(instance.path);
      decisions.agreed(instance);
    }
  }
}
