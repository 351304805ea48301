package dev.endolith.tck;

import dev.endolith.pipeline.PipelineJournal;
import dev.endolith.pipeline.RunningPipeline;
import dev.endolith.pipeline.StepContext;
import dev.endolith.pipeline.StepRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/*
 * What pipelines do to the world outside, and the processes that do it. A process can be made to die,
 * to fail or to hang at one of its effects, or to die at one of its commits; nothing of it happens
 * after it has died.
 */
final class PipelineWorld {
  /** What happens at a point of a process. */
  enum Fault {
    NONE,
    DIES_BEFORE_COMMIT,
    DIES_AFTER_COMMIT,
    DIES_BEFORE_EFFECT,
    DIES_AFTER_EFFECT,
    FAILS,
    HANGS,
    IS_CANCELLED
  }

  /** Ends a process. */
  static final class Died extends Error {
    private static final long serialVersionUID = 1L;

    Died() {
      super("the process died");
    }
  }

  /** Steps in the order in which their effects happened, whoever did them. */
  final List<String> effects = new ArrayList<>();

  /** What the effect of a step came to. */
  final Map<String, Integer> values = new HashMap<>();

  /** A process that uses a journal, with a fault at one of its points, counted from 0. */
  final class Host implements PipelineJournal {
    private final PipelineJournal journal;
    private final Fault fault;
    private final int point;
    private int commits;
    private int effectsOfThis;
    private boolean dead;
    private boolean fired;
    private RunningPipeline<?> run;

    Host(PipelineJournal journal, Fault fault, int point) {
      this.journal = journal;
      this.fault = fault;
      this.point = point;
    }

    boolean hangs() {
      return fault == Fault.HANGS;
    }

    synchronized boolean fired() {
      return fired;
    }

    synchronized int commits() {
      return commits;
    }

    synchronized int effects() {
      return effectsOfThis;
    }

    synchronized void runs(RunningPipeline<?> running) {
      run = running;
      notifyAll();
    }

    private synchronized void die() {
      fired = true;
      dead = true;
      throw new Died();
    }

    private synchronized boolean isAt(Fault one, int counted) {
      if (dead) {
        throw new Died();
      }
      return fault == one && counted == point && !fired;
    }

    @Override
    public void append(String id, long expected, List<StepRecord> records) {
      int commit;
      synchronized (this) {
        commit = commits++;
        if (isAt(Fault.DIES_BEFORE_COMMIT, commit)) {
          die();
        }
      }
      journal.append(id, expected, records);
      if (isAt(Fault.DIES_AFTER_COMMIT, commit)) {
        die();
      }
    }

    @Override
    public List<StepRecord> records(String id) {
      return journal.records(id);
    }

    @Override
    public List<String> unfinished() {
      return journal.unfinished();
    }

    /** Does something outside, once or, if the process dies in between, perhaps. */
    int effect(StepContext step, int value) throws IOException, InterruptedException {
      int counted;
      synchronized (this) {
        counted = effectsOfThis++;
        if (isAt(Fault.DIES_BEFORE_EFFECT, counted)) {
          die();
        }
        if (isAt(Fault.FAILS, counted)) {
          fired = true;
          throw new IOException("planted");
        }
        if (isAt(Fault.IS_CANCELLED, counted)) {
          fired = true;
          while (run == null) {
            wait();
          }
          run.cancel();
        }
      }
      if (isAt(Fault.HANGS, counted)) {
        synchronized (this) {
          fired = true;
        }
        new CountDownLatch(1).await(); // until the timeout interrupts it
      }
      step.check();
      synchronized (this) {
        isAt(Fault.NONE, -1); // a dead process does nothing
        synchronized (PipelineWorld.this) {
          effects.add(step.step());
          values.put(step.step(), value);
        }
        if (isAt(Fault.DIES_AFTER_EFFECT, counted)) {
          die();
        }
      }
      return value;
    }
  }

  synchronized List<String> effectsSoFar() {
    return List.copyOf(effects);
  }
}
