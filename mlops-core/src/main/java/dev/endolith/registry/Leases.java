package dev.endolith.registry;

import dev.endolith.data.CanonicalJson;
import dev.endolith.error.ConflictException;
import dev.endolith.error.LeaseHeldException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Gives work to one process at a time. A lease is a document that moves by compare-and-set; it ends
 * by itself when its holder stops renewing it, and at once when the holder was a process of this
 * machine that has died. Thread-safe.
 */
public final class Leases {
  private final StateStore store;
  private final Clock clock;
  private final Duration length;
  private final String self;

  /**
   * Creates the leases of this process.
   *
   * @param store where leases are kept
   * @param clock wall-clock time, about the same on all machines
   * @param length how long a lease lasts without being renewed
   */
  public Leases(StateStore store, Clock clock, Duration length) {
    this(store, clock, length, ProcessIdentity.current());
  }

  Leases(StateStore store, Clock clock, Duration length, String self) {
    this.store = store;
    this.clock = clock;
    this.length = length;
    this.self = self;
  }

  /**
   * How long a lease lasts without being renewed.
   *
   * @return the length
   */
  public Duration length() {
    return length;
  }

  /**
   * Takes a lease, or renews the one that this process holds.
   *
   * @param name what it is for, of the form of {@link Names}
   * @return the lease
   * @throws LeaseHeldException if another live process holds it
   */
  public Lease acquire(String name) {
    Optional<Document> found = store.get(document(name));
    Instant now = clock.instant();
    long token = 1;
    if (found.isPresent()) {
      Lease held = CanonicalJson.read(found.get().json(), Lease.class);
      boolean mine = held.holder().equals(self);
      if (!mine && held.until().isAfter(now) && !ProcessIdentity.isDead(held.holder(), self)) {
        throw held(name, held.holder());
      }
      token = mine ? held.token() : held.token() + 1;
    }
    Lease lease = new Lease(name, self, token, now.plus(length));
    try {
      store.put(
          document(name), found.map(Document::revision).orElse(0L), CanonicalJson.write(lease));
    } catch (ConflictException e) {
      String winner =
          store
              .get(document(name))
              .map(d -> CanonicalJson.read(d.json(), Lease.class).holder())
              .orElse("another process");
      throw held(name, winner);
    }
    return lease;
  }

  /**
   * Gives a lease back, if this process still holds it.
   *
   * @param name what it is for
   */
  public void release(String name) {
    store
        .get(document(name))
        .ifPresent(
            found -> {
              Lease held = CanonicalJson.read(found.json(), Lease.class);
              if (held.holder().equals(self)) {
                Lease ended = new Lease(name, self, held.token(), Instant.EPOCH);
                try {
                  store.put(document(name), found.revision(), CanonicalJson.write(ended));
                } catch (ConflictException e) {
                  // someone took it over in between: it is theirs
                }
              }
            });
  }

  private LeaseHeldException held(String name, String holder) {
    return new LeaseHeldException(
        name,
        holder,
        "'"
            + name
            + "' is driven by process "
            + holder
            + "; one process at a time drives it, the others serve. Close that process, or wait "
            + length.toSeconds()
            + " s after it died");
  }

  private static String document(String name) {
    return "lease." + name;
  }
}
