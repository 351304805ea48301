package dev.endolith.registry;

import dev.endolith.data.CanonicalJson;
import dev.endolith.error.ConflictException;
import dev.endolith.error.LeaseHeldException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the events of the outbox to subscribers, each at least once and in order, also those
 * that were committed when the process died. Every subscriber has a name, under which its place is
 * kept; of several processes one delivers at a time. An event that a subscriber refuses is tried
 * again, later each time, and is set aside after {@value #ATTEMPTS} attempts so that others get
 * through. Thread-safe.
 */
public final class Relay implements Runnable {
  /** How often an event is tried. */
  public static final int ATTEMPTS = 10;

  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
  private static final int PAGE = 100;
  private static final int KEPT = 100;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
  private static final String PREFIX = "outbox.";

  private final Outbox outbox;
  private final StateStore state;
  private final Leases leases;
  private final Clock clock;
  private final Map<String, Subscriber> subscribers = new ConcurrentHashMap<>();
  private final ReentrantLock delivering = new ReentrantLock();

  /**
   * Creates the relay of an outbox.
   *
   * @param outbox the events
   * @param state where the subscribers' places are kept
   * @param leases which process delivers
   * @param clock gives the pauses between attempts
   */
  public Relay(Outbox outbox, StateStore state, Leases leases, Clock clock) {
    this.outbox = outbox;
    this.state = state;
    this.leases = leases;
    this.clock = clock;
  }

  /**
   * Delivers events to a subscriber from now on: from where it was, or for a new one from the
   * oldest event that is kept.
   *
   * @param name its name, of the form of {@link Names}, at most 100 characters
   * @param subscriber what is told; it may be told an event twice, and throws to be told again
   */
  public void subscribe(String name, Subscriber subscriber) {
    Names.check("subscriber", name);
    if (name.length() > 100) {
      throw new IllegalArgumentException("a subscriber's name has at most 100 characters");
    }
    subscribers.put(name, subscriber);
    if (state.get(PREFIX + name).isEmpty()) {
      try {
        save(name, 0, new Place("", 0, Instant.EPOCH, List.of()));
      } catch (ConflictException e) {
        // another process has just subscribed under the name
      }
    }
  }

  /**
   * Ends a subscription for good: its place is forgotten, and events are no longer kept for it.
   *
   * @param name its name
   */
  public void unsubscribe(String name) {
    subscribers.remove(name);
    state
        .get(PREFIX + name)
        .ifPresent(known -> state.put(PREFIX + name, known.revision(), Place.ENDED));
  }

  /**
   * Delivers what is due to the subscribers of this process, and waits if another thread of it is
   * about to: the lease keeps other processes away, not other threads.
   */
  @Override
  public void run() {
    delivering.lock();
    try {
      subscribers.forEach(this::deliverSafely);
      prune();
    } finally {
      delivering.unlock();
    }
  }

  private void deliverSafely(String name, Subscriber subscriber) {
    try {
      deliver(name, subscriber);
    } catch (LeaseHeldException e) {
      // another process delivers to it
    } catch (RuntimeException e) {
      LOG.warn("Events could not be delivered to '{}'; they are tried again", name, e);
    }
  }

  /**
   * The events that a subscriber refused for good.
   *
   * @param name its name
   * @return their places in the outbox, the last {@value #KEPT} of them
   */
  public List<String> setAside(String name) {
    return state.get(PREFIX + name).map(Relay::place).map(Place::refused).orElse(List.of());
  }

  private void deliver(String name, Subscriber subscriber) {
    leases.acquire(PREFIX + name);
    try {
      while (deliverPage(name, subscriber)) {
        leases.acquire(PREFIX + name); // renewed: many events take their time
      }
    } finally {
      leases.release(PREFIX + name);
    }
  }

  /** Answers whether there may be more. */
  private boolean deliverPage(String name, Subscriber subscriber) {
    Document known = state.get(PREFIX + name).orElseThrow();
    Place place = place(known);
    if (place.ended() || clock.instant().isBefore(place.notBefore())) {
      return false;
    }
    List<Outbox.Entry> page = outbox.after(place.position(), PAGE);
    Place after = place;
    for (Outbox.Entry entry : page) {
      Optional<RuntimeException> failure = tell(subscriber, entry);
      if (failure.isPresent()) {
        after = after.failed(entry.position(), clock.instant());
        if (after.failures() > 0) {
          break;
        }
        LOG.error(
            "Event {} was refused {} times by '{}' and is set aside",
            entry.position(),
            ATTEMPTS,
            name,
            failure.get());
      } else {
        after = after.passed(entry.position());
      }
    }
    if (!after.equals(place)) {
      save(name, known.revision(), after);
    }
    return page.size() == PAGE && after.failures() == 0;
  }

  private static Optional<RuntimeException> tell(Subscriber subscriber, Outbox.Entry entry) {
    try {
      subscriber.on(entry.position(), entry.event());
      return Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of(e);
    }
  }

  /** Forgets what all subscribers of all processes have. */
  private void prune() {
    List<Place> places =
        state.names(PREFIX).stream()
            .flatMap(name -> state.get(name).stream())
            .map(Relay::place)
            .filter(place -> !place.ended())
            .toList();
    places.stream()
        .map(Place::position)
        .min(String::compareTo)
        .filter(position -> !position.isEmpty())
        .ifPresent(outbox::forget);
  }

  private void save(String name, long revision, Place place) {
    state.put(PREFIX + name, revision, CanonicalJson.write(place));
  }

  private static Place place(Document document) {
    return CanonicalJson.read(document.json(), Place.class);
  }

  /** How far a subscriber is. */
  private record Place(String position, int failures, Instant notBefore, List<String> refused) {
    static final String ENDED =
        CanonicalJson.write(new Place("ended", 0, Instant.EPOCH, List.of()));

    boolean ended() {
      return position.equals("ended");
    }

    Place passed(String next) {
      return new Place(next, 0, Instant.EPOCH, refused);
    }

    Place failed(String next, Instant now) {
      if (failures + 1 >= ATTEMPTS) {
        List<String> more = new ArrayList<>(refused);
        more.add(next);
        return new Place(
            next, 0, Instant.EPOCH, more.subList(Math.max(0, more.size() - KEPT), more.size()));
      }
      Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 12));
      return new Place(
          position,
          failures + 1,
          now.plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause),
          refused);
    }
  }
}
