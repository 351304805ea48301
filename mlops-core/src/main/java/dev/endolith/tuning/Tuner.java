package dev.endolith.tuning;

import dev.endolith.query.Page;
import dev.endolith.query.Query;
import dev.endolith.registry.Names;
import dev.endolith.registry.Run;
import dev.endolith.registry.RunField;
import dev.endolith.registry.RunRecord;
import dev.endolith.registry.Runs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;

/**
 * Runs the trials of a study. The study is a run, each trial a run within it; a study that was
 * killed is gone on with by asking for it again: trials that ended are not repeated, those that
 * were running are. Thread-safe.
 */
public final class Tuner {
  private static final String NUMBER = "tuning.trial";
  private static final String RESOURCE = "tuning.resource";
  private static final String LOSS = "tuning.loss";
  private static final String FAILURE = "tuning.failure";

  private final TunerBuilder spec;

  Tuner(TunerBuilder spec) {
    this.spec = spec;
  }

  /**
   * Starts a study.
   *
   * @param runs where it is kept
   * @param experiment what its runs belong to, of the form of {@link Names}
   * @param study the id of its run, chosen by the host; the same id goes on with the same study
   * @param space what is searched
   * @param search how
   * @return a builder
   * @throws IllegalArgumentException if a name breaks its rule
   */
  public static TunerBuilder of(
      Runs runs, String experiment, String study, Space space, Search search) {
    return new TunerBuilder(
        Names.check("experiment", experiment), Names.check("study", study), runs, space, search);
  }

  /**
   * Runs the study to its end and waits. A trial that throws an exception is recorded as failed and
   * the study goes on; an error, such as a lack of memory, ends the study.
   *
   * @param objective judges settings
   * @return what it found
   * @throws IllegalArgumentException if a study of this id was begun with another space, search or
   *     seed
   */
  public TuningResult minimise(Objective objective) {
    Run study = spec.runs.resume(spec.experiment, spec.study);
    study.params(
        Map.of(
            "tuning.space", spec.space.toString(),
            "tuning.search", spec.search.toString(),
            "tuning.parallel",
                spec.search instanceof Search.Parzen ? Integer.toString(spec.parallel) : "any",
            "tuning.seed", Long.toString(spec.seed)));
    try {
      TuningResult result = run(objective, study, kept());
      result
          .best()
          .ifPresent(
              best -> {
                study.tag("tuning.best", Integer.toString(best.number()));
                study.tag(LOSS, Double.toString(best.loss()));
              });
      study.tag("tuning.stopped", result.stopped().name());
      study.finish();
      return result;
    } catch (RuntimeException | Error e) {
      study.fail(e.getClass().getName());
      throw e;
    }
  }

  private TuningResult run(Objective objective, Run study, Map<Integer, RunRecord> kept) {
    Proposals proposals = Proposals.of(spec.space, spec.search, spec.seed, spec.parallel);
    List<TrialResult> results = new ArrayList<>();
    long spent = 0;
    while (true) {
      List<Proposals.Proposal> batch = proposals.next(results);
      if (batch.isEmpty()) {
        return new TuningResult(results, TuningResult.Stop.DONE);
      }
      Batch running = new Batch(objective, study, kept, results.size());
      TuningResult.Stop stop = TuningResult.Stop.DONE;
      for (Proposals.Proposal proposal : batch) {
        if (proposal.resource() > spec.budget - spent) {
          stop = TuningResult.Stop.BUDGET;
          break;
        }
        if (!running.begin(proposal)) {
          stop = TuningResult.Stop.DEADLINE;
          break;
        }
        spent += proposal.resource();
      }
      results.addAll(running.results());
      if (stop != TuningResult.Stop.DONE) {
        return new TuningResult(results, stop);
      }
    }
  }

  /** The trials of this study that ended, by number. */
  private Map<Integer, RunRecord> kept() {
    Map<Integer, RunRecord> kept = new HashMap<>();
    Query<RunField> query = Query.where(RunField.PARENT.is(spec.study)).limit(Query.MAX_LIMIT);
    while (true) {
      Page<RunRecord> page = spec.runs.search(query);
      for (RunRecord run : page.items()) {
        String number = run.params().get(NUMBER);
        boolean ended = run.tags().containsKey(LOSS) || run.tags().containsKey(FAILURE);
        if (number != null && ended) {
          kept.putIfAbsent(Integer.valueOf(number), run);
        }
      }
      if (page.next().isEmpty()) {
        return kept;
      }
      query = query.after(page.next());
    }
  }

  /** Trials that run beside each other. */
  private final class Batch {
    private final Objective objective;
    private final Run study;
    private final Map<Integer, RunRecord> kept;
    private final Semaphore free = new Semaphore(spec.parallel);
    private final List<CompletableFuture<TrialResult>> trials = new ArrayList<>();
    private final int first;

    Batch(Objective objective, Run study, Map<Integer, RunRecord> kept, int first) {
      this.objective = objective;
      this.study = study;
      this.kept = kept;
      this.first = first;
    }

    /** Begins a trial as soon as there is room; false if the deadline has passed. */
    boolean begin(Proposals.Proposal proposal) {
      int number = first + trials.size();
      RunRecord before = kept.get(number);
      if (before != null) {
        trials.add(CompletableFuture.completedFuture(repeated(number, proposal, before)));
        return true;
      }
      free.acquireUninterruptibly();
      if (!spec.clock.instant().isBefore(spec.deadline)) {
        free.release();
        return false;
      }
      CompletableFuture<TrialResult> trial = new CompletableFuture<>();
      trials.add(trial);
      Runnable task =
          () -> {
            try {
              trial.complete(judge(number, proposal));
            } catch (Throwable e) {
              trial.completeExceptionally(e);
            } finally {
              free.release();
            }
          };
      try {
        spec.executor.execute(task);
      } catch (RuntimeException e) {
        free.release();
        trial.completeExceptionally(e);
      }
      return true;
    }

    List<TrialResult> results() {
      // all are waited for, so that none runs on when one has ended the study
      CompletableFuture.allOf(trials.toArray(CompletableFuture<?>[]::new))
          .exceptionally(e -> null)
          .join();
      List<TrialResult> results = new ArrayList<>();
      for (CompletableFuture<TrialResult> trial : trials) {
        try {
          results.add(trial.join());
        } catch (CompletionException e) {
          if (e.getCause() instanceof Error error) {
            throw error;
          }
          throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
      }
      return results;
    }

    private TrialResult judge(int number, Proposals.Proposal proposal) {
      Run run = spec.runs.startWithin(study, spec.experiment);
      try (run) {
        Map<String, String> params = new TreeMap<>(proposal.configuration().texts());
        params.put(NUMBER, Integer.toString(number));
        params.put(RESOURCE, Integer.toString(proposal.resource()));
        run.params(params);
        double loss =
            objective.loss(
                new Trial(number, proposal.configuration(), proposal.resource(), spec.seed, run));
        if (Double.isNaN(loss)) {
          throw new ArithmeticException("the loss is not a number");
        }
        run.tag(LOSS, Double.toString(loss));
        run.finish();
        return new TrialResult(
            number, proposal.configuration(), proposal.resource(), loss, "", run.id());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CompletionException(e); // not the trial's fault: it is tried again
      } catch (Exception e) {
        String why = e.getClass().getName(); // a message may quote a row
        run.tag(FAILURE, why).fail(why);
        return new TrialResult(
            number, proposal.configuration(), proposal.resource(), Double.NaN, why, run.id());
      }
    }

    private TrialResult repeated(int number, Proposals.Proposal proposal, RunRecord before) {
      Map<String, String> recorded = new HashMap<>(before.params());
      recorded.keySet().retainAll(proposal.configuration().texts().keySet());
      if (!recorded.equals(proposal.configuration().texts())
          || !Integer.toString(proposal.resource()).equals(before.params().get(RESOURCE))) {
        throw new IllegalArgumentException(
            "trial "
                + number
                + " of study '"
                + spec.study
                + "' was recorded with other settings; choose another id for another study");
      }
      String loss = before.tags().get(LOSS);
      return new TrialResult(
          number,
          proposal.configuration(),
          proposal.resource(),
          loss == null ? Double.NaN : Double.parseDouble(loss),
          loss == null ? before.tags().getOrDefault(FAILURE, "") : "",
          before.id());
    }
  }
}
