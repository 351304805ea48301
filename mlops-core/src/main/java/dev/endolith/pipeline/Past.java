package dev.endolith.pipeline;

import dev.endolith.data.CanonicalJson;
import dev.endolith.registry.GateResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the journal of a run says about its steps, by path. */
final class Past {
  /** Outputs of steps that are done, empty for one that is not kept. */
  final Map<String, String> done = new HashMap<>();

  /** Steps that were begun and have no outcome, or failed. */
  final Set<String> begun = new HashSet<>();

  final Map<String, Instance.QuestionText> questions = new HashMap<>();
  final Map<String, List<Answer>> answers = new HashMap<>();

  /** What gates and people did not let through. */
  final Map<String, GateResult> refused = new LinkedHashMap<>();

  final Map<String, String> parameters = new LinkedHashMap<>();

  /** How the run ended for good, null if it has not. */
  StepRecord.@Nullable Outcome end;

  /** Whether it ended with a failure, and nobody resumed it. */
  boolean failed;

  boolean cancelAsked;
  private final Set<String> finalizers;
  private String shape = "";

  Past(Pipeline<?> pipeline, List<StepRecord> records) {
    this.finalizers = new HashSet<>(pipeline.finalizers().stream().map(f -> f.name()).toList());
    for (StepRecord record : records) {
      add(record);
    }
  }

  private Past(List<StepRecord> records) {
    this.finalizers = Set.of();
    for (StepRecord record : records) {
      add(record);
    }
  }

  private void add(StepRecord record) {
    String step = record.step();
    switch (record.outcome()) {
      case RUN_STARTED -> shape = record.value();
      case SUCCEEDED, CACHED -> {
        if (step.startsWith("$")) {
          parameters.put(step.substring(1), record.value());
        } else {
          done.put(step, record.value());
          begun.remove(step);
        }
      }
      case STARTED, RETRIED, FAILED -> begun.add(step);
      case NOT_DONE -> begun.remove(step);
      case REFUSED -> refused.put(step, CanonicalJson.read(record.value(), GateResult.class));
      case ASKED ->
          questions.put(step, CanonicalJson.read(record.value(), Instance.QuestionText.class));
      case ANSWERED ->
          answers
              .computeIfAbsent(step, s -> new ArrayList<>())
              .add(CanonicalJson.read(record.value(), Answer.class));
      case CANCEL_REQUESTED -> cancelAsked = true;
      // a run that failed is ended once more, with its finalizers
      case RUN_FAILED -> {
        failed = true;
        done.keySet().removeAll(finalizers);
      }
      case RUN_FINISHED, RUN_REFUSED, RUN_CANCELLED -> end = record.outcome();
      case RUN_RESUMED -> failed = false;
    }
  }

  /** Whether the run was begun by a pipeline of this shape; journals of old name no pipeline. */
  boolean fits(Pipeline<?> pipeline) {
    return shape.equals(line(pipeline)) || shape.equals(pipeline.shape());
  }

  /** What the first line of a run says. */
  static String line(Pipeline<?> pipeline) {
    return pipeline.name() + ":" + pipeline.shape();
  }

  /** What people are asked in a run, whoever runs it. */
  static List<Question> open(String run, List<StepRecord> records) {
    Past past = new Past(records);
    List<Question> open = new ArrayList<>();
    if (past.end == null) {
      past.questions.forEach(
          (step, question) -> {
            if (!past.done.containsKey(step)) {
              open.add(question(run, step, question, past.answers.getOrDefault(step, List.of())));
            }
          });
      open.sort((a, b) -> a.step().compareTo(b.step()));
    }
    return open;
  }

  static Question question(
      String run, String step, Instance.QuestionText question, List<Answer> answers) {
    return new Question(run, step, question.text(), question.required(), question.roles(), answers);
  }

  /** Whether a step was begun and has no outcome. */
  static boolean isUnsettled(List<StepRecord> records, String step) {
    Past past = new Past(records);
    return past.begun.contains(step) && past.end == null;
  }
}
