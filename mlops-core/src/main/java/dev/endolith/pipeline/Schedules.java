package dev.endolith.pipeline;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import dev.endolith.error.ConflictException;
import dev.endolith.error.LeaseHeldException;
import dev.endolith.error.NotFoundException;
import dev.endolith.error.StepFailedException;
import dev.endolith.event.Event;
import dev.endolith.registry.Document;
import dev.endolith.registry.EventJson;
import dev.endolith.registry.Leases;
import dev.endolith.registry.Relay;
import dev.endolith.registry.StateStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * That a due run happens once rests on four things that are there anyway: its id says what it is due
 * for; the journal makes the same id the same run; a lease lets one process at a time work on a
 * schedule, and ends with its process; and a document says how far the schedule is, by
 * compare-and-set. A process that stands still longer than its lease and goes on is fenced by the
 * journal, whose next line somebody else has written.
 */
/**
 * Runs pipelines when they are due, on whichever of many machines is there: each due run happens
 * once, also if the machine that does it dies in the middle, when another goes on with it.
 * Thread-safe.
 */
public final class Schedules implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Schedules.class);
  private static final String DOCUMENT = "schedule.";

  private static final Duration LOOK = Duration.ofSeconds(5);

  private final Pipelines pipelines;
  private final StateStore state;
  private final Leases leases;
  private final Supplier<Relay> relay;
  private final Clock clock;
  private final Supplier<ScheduledExecutorService> timer;
  private final boolean runsHere;
  private final Instant started;
  private final Map<String, Schedule> known = new ConcurrentHashMap<>();
  private final Set<String> busy = ConcurrentHashMap.newKeySet();
  private final Map<String, Long> lookAt = new ConcurrentHashMap<>();
  private @Nullable ScheduledFuture<?> ticking;

  /**
   * Creates the schedules of a process.
   *
   * @param pipelines runs what is due
   * @param state where it is kept how far each schedule is
   * @param leases which process works on a schedule
   * @param relay tells of events
   * @param clock says what is due; about the same on all machines
   * @param timer asks every second what is due; its threads only ask
   * @param runsHere whether this process runs what is due, or leaves it to others
   */
  public Schedules(
      Pipelines pipelines,
      StateStore state,
      Leases leases,
      Supplier<Relay> relay,
      Clock clock,
      Supplier<ScheduledExecutorService> timer,
      boolean runsHere) {
    this.pipelines = pipelines;
    this.state = state;
    this.leases = leases;
    this.relay = relay;
    this.clock = clock;
    this.timer = timer;
    this.runsHere = runsHere;
    this.started = clock.instant();
  }

  /**
   * Adds a schedule, or replaces that of the same name. What is due from now on is run, by this
   * process or by another that has added it; for a schedule that was added before, by whatever
   * process, also what was missed meanwhile, as its {@link CatchUp} says.
   *
   * @param schedule the schedule, the same on all machines
   */
  public void add(Schedule schedule) {
    update(schedule.name(), status -> status);
    known.put(schedule.name(), schedule);
    if (runsHere && schedule.trigger() instanceof Trigger.AfterEvents<?> events) {
      relay
          .get()
          .subscribe(
              DOCUMENT + schedule.name(), (id, event) -> enqueue(schedule, events, id, event));
    }
    begin();
  }

  private synchronized void begin() {
    if (runsHere && ticking == null) {
      ticking = timer.get().scheduleWithFixedDelay(this::tick, 1, 1, TimeUnit.SECONDS);
    }
  }

  /** Hands what may be due to threads of their own. */
  private void tick() {
    for (Schedule schedule : known.values()) {
      if (System.nanoTime() < lookAt.getOrDefault(schedule.name(), Long.MIN_VALUE)) {
        continue;
      }
      try {
        pipelines.engine().executor().execute(() -> look(schedule));
      } catch (IllegalStateException | RejectedExecutionException e) {
        return; // the workspace closes
      }
    }
  }

  private void look(Schedule schedule) {
    Duration again = LOOK;
    try {
      int failures = run(schedule);
      if (failures > 0) {
        again = LOOK.multipliedBy(1L << Math.min(failures, 6));
      } else if (schedule.trigger() instanceof Trigger.AtTimes times) {
        Duration untilDue =
            times
                .next(status(schedule.name()).handled())
                .map(due -> Duration.between(clock.instant(), due))
                .orElse(LOOK);
        again = untilDue.compareTo(LOOK) < 0 ? untilDue : LOOK;
      }
    } catch (RuntimeException e) {
      LOG.warn("Schedule '{}' could not be looked at; it is tried again", schedule.name(), e);
    }
    lookAt.put(schedule.name(), System.nanoTime() + again.toNanos());
  }

  /**
   * Runs all that is due now, in the calling thread; for hosts and tests that have a timer of their
   * own. What is done by another process or thread is left to it.
   */
  public void runDue() {
    known.values().forEach(this::run);
  }

  /** Answers how often the oldest due run has failed. */
  private int run(Schedule schedule) {
    if (!busy.add(schedule.name())) {
      return 0;
    }
    try {
      watch(schedule);
      return hasWork(schedule) ? whileHeld(schedule, () -> work(schedule)) : 0;
    } catch (LeaseHeldException e) {
      return 0; // somebody else does it
    } finally {
      busy.remove(schedule.name());
    }
  }

  private boolean hasWork(Schedule schedule) {
    ScheduleStatus status = status(schedule.name());
    return !status.waiting().isEmpty() || next(schedule, status).isPresent();
  }

  private <A> A whileHeld(Schedule schedule, Supplier<A> work) {
    leases.acquire(lease(schedule));
    try {
      return work.get();
    } finally {
      leases.release(lease(schedule));
    }
  }

  private int work(Schedule schedule) {
    for (String run : status(schedule.name()).waiting()) {
      again(schedule, run);
    }
    while (true) {
      ScheduleStatus status = status(schedule.name());
      Optional<ScheduleStatus.Due> due = next(schedule, status);
      if (due.isEmpty()) {
        return 0;
      }
      ScheduleStatus.Due next = due.get();
      String run = id(schedule, next);
      RunOutcome how = outcome(schedule, request(schedule, schedule.pipeline(), next)).orElse(null);
      if (how == null) {
        return 0; // fenced out, or the process is to end
      }
      switch (how) {
        case COMPLETED, REFUSED, CANCELLED -> update(schedule.name(), s -> s.done(next));
        case WAITING, UNSETTLED -> update(schedule.name(), s -> s.done(next).waitsFor(run));
        case FAILED -> {
          int failures = status.attempts() + 1;
          if (failures < schedule.attempts()) {
            update(schedule.name(), s -> s.attempts(failures));
            return failures;
          }
          LOG.warn("Run '{}' has failed {} times and is given up", run, failures);
          update(schedule.name(), s -> s.done(next).gaveUp(run));
        }
      }
    }
  }

  /** Goes on with a run that waited for people, if anybody has answered. */
  private void again(Schedule schedule, String run) {
    List<Question> questions = pipelines.questions(run);
    if (!questions.isEmpty() && questions.stream().allMatch(q -> q.answers().isEmpty())) {
      return;
    }
    outcome(schedule, pipelines.prepare(schedule.pipeline(), run))
        .filter(how -> how != RunOutcome.WAITING && how != RunOutcome.UNSETTLED)
        .ifPresent(
            how ->
                update(
                    schedule.name(),
                    s -> (how == RunOutcome.FAILED ? s.gaveUp(run) : s).waitsNoMoreFor(run)));
  }

  private <R> RunRequest<R> request(
      Schedule schedule, Pipeline<R> pipeline, ScheduleStatus.Due due) {
    RunRequest<R> request = pipelines.prepare(pipeline, id(schedule, due));
    if (schedule.time() != null) {
      request.set(schedule.time(), due.at());
    }
    if (schedule.key() != null) {
      request.set(schedule.key(), due.key());
    }
    return request;
  }

  /**
   * Runs while the lease is renewed; if it is lost, leaves the run to whoever has it, and answers
   * nothing.
   */
  private Optional<RunOutcome> outcome(Schedule schedule, RunRequest<?> request) {
    RunningPipeline<?> running = request.start();
    long renew = leases.length().toMillis() / 4;
    ScheduledFuture<?> renewing =
        timer
            .get()
            .scheduleWithFixedDelay(
                () -> renew(lease(schedule), running), renew, renew, TimeUnit.MILLISECONDS);
    try {
      PipelineRun<?> run = running.await();
      boolean left = run instanceof PipelineRun.Cancelled<?> cancelled && cancelled.resumable();
      return left ? Optional.empty() : Optional.of(run.outcome());
    } catch (StepFailedException e) {
      LOG.warn("Run '{}' failed", request.id(), e);
      return Optional.of(RunOutcome.FAILED);
    } catch (ConflictException e) {
      LOG.warn("Run '{}' was taken over by another process", request.id());
      return Optional.empty();
    } finally {
      renewing.cancel(false);
    }
  }

  private static String lease(Schedule schedule) {
    return DOCUMENT + schedule.name();
  }

  private void renew(String lease, RunningPipeline<?> running) {
    try {
      leases.acquire(lease);
    } catch (LeaseHeldException e) {
      running.leave();
    } catch (RuntimeException e) {
      LOG.warn("Lease '{}' could not be renewed; it is tried again", lease, e);
    }
  }

  // what is due

  private Optional<ScheduleStatus.Due> next(Schedule schedule, ScheduleStatus status) {
    if (!(schedule.trigger() instanceof Trigger.AtTimes times)) {
      return status.queued().stream().findFirst();
    }
    return schedule
        .catchUp()
        .next(times, status.handled(), started, clock.instant())
        .map(Schedules::due);
  }

  private static ScheduleStatus.Due due(Instant at) {
    return new ScheduleStatus.Due(at.toString(), at.toString(), at);
  }

  private static String id(Schedule schedule, ScheduleStatus.Due due) {
    return "schedule/" + schedule.name() + "/" + due.id();
  }

  private void enqueue(Schedule schedule, Trigger.AfterEvents<?> events, String id, Event event) {
    if (!events.accepts(event)) {
      return;
    }
    String key = EventJson.write(event);
    update(
        schedule.name(), status -> status.plus(new ScheduleStatus.Due(id, key, clock.instant())));
    lookAt.remove(schedule.name());
  }

  private void watch(Schedule schedule) {
    if (schedule.trigger() instanceof Trigger.OnNewData data) {
      data.watermark()
          .get()
          .filter(mark -> !mark.equals(status(schedule.name()).watermark()))
          .ifPresent(
              mark -> {
                // the same data may come again after other data: the time tells the runs apart
                Instant now = clock.instant();
                String id = Digest.ofText(mark).hex().substring(0, 16) + "-" + now.toEpochMilli();
                update(
                    schedule.name(),
                    status ->
                        mark.equals(status.watermark())
                            ? status
                            : status.plus(new ScheduleStatus.Due(id, mark, now)).seen(mark));
              });
    }
  }

  /**
   * Runs a schedule for each due time of a range that has not been run for: partitions of the past.
   * It does not change what is due next.
   *
   * @param schedule the schedule, whose trigger is by time
   * @param from the first time
   * @param to the end of the range, exclusive
   * @return for each due time that was run for, in order, how its run came out; it ends early if
   *     the process is to end
   * @throws IllegalArgumentException if the schedule's trigger is not by time
   * @throws LeaseHeldException if another process works on the schedule
   */
  public Map<Instant, RunOutcome> backfill(Schedule schedule, Instant from, Instant to) {
    if (!(schedule.trigger() instanceof Trigger.AtTimes times)) {
      throw new IllegalArgumentException(
          "schedule '" + schedule.name() + "' is not by time, so that it has no partitions");
    }
    return whileHeld(
        schedule,
        () -> {
          Map<Instant, RunOutcome> outcomes = new TreeMap<>();
          Optional<Instant> due = times.next(from.minusNanos(1));
          while (due.isPresent() && due.get().isBefore(to)) {
            Instant at = due.get();
            Optional<RunOutcome> how =
                outcome(schedule, request(schedule, schedule.pipeline(), due(at)));
            if (how.isEmpty()) {
              break;
            }
            outcomes.put(at, how.get());
            due = times.next(due.get());
          }
          return outcomes;
        });
  }

  // how far it is

  /**
   * How far a schedule is.
   *
   * @param name the schedule's name
   * @return its status, the same on all machines
   * @throws NotFoundException if no process has added it
   */
  public ScheduleStatus status(String name) {
    return state
        .get(DOCUMENT + name)
        .map(d -> CanonicalJson.read(d.json(), ScheduleStatus.class))
        .orElseThrow(
            () ->
                new NotFoundException(
                    "schedule",
                    name,
                    "there is no schedule '" + name + "'; there are " + state.names(DOCUMENT)));
  }

  private void update(String name, UnaryOperator<ScheduleStatus> change) {
    while (true) {
      Optional<Document> found = state.get(DOCUMENT + name);
      ScheduleStatus before =
          found
              .map(d -> CanonicalJson.read(d.json(), ScheduleStatus.class))
              .orElseGet(() -> ScheduleStatus.begin(name, clock.instant()));
      ScheduleStatus after = change.apply(before);
      if (found.isPresent() && after.equals(before)) {
        return;
      }
      try {
        state.put(
            DOCUMENT + name, found.map(Document::revision).orElse(0L), CanonicalJson.write(after));
        return;
      } catch (ConflictException e) {
        // an event came in, or another process added the schedule: look again
      }
    }
  }

  /** Begins nothing else; runs that are under way end with their {@link Pipelines}. */
  @Override
  public synchronized void close() {
    known.clear();
    if (ticking != null) {
      ticking.cancel(false);
      ticking = null;
    }
  }
}
