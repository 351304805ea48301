package dev.endolith.registry.artifact;

import dev.endolith.data.Digest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a blob in quarantine: its digest, the time of last need that it was taken with, the
 * time it was taken at (both in microseconds), and what makes the name unique. A name is never used
 * a second time, so whoever deletes a file by its name deletes what was put there under that name.
 */
record Quarantined(String name, Digest digest, Instant neededAt, Instant since) {
  private static final Pattern NAME =
      Pattern.compile("([0-9a-f]{64})\\.(-?[0-9]{1,18})\\.(-?[0-9]{1,18})\\.[0-9a-f-]{36}");

  static Quarantined create(Digest digest, Instant neededAt, Instant since) {
    String name =
        String.join(
            ".",
            digest.hex(),
            Long.toString(micros(neededAt)),
            Long.toString(micros(since)),
            UUID.randomUUID().toString());
    return new Quarantined(name, digest, neededAt, since);
  }

  static Optional<Quarantined> parse(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches()
        ? Optional.of(
            new Quarantined(
                name,
                new Digest(matcher.group(1)),
                instant(Long.parseLong(matcher.group(2))),
                instant(Long.parseLong(matcher.group(3)))))
        : Optional.empty();
  }

  /** Whether a file's time is still the one it was taken with. */
  boolean isUntouched(Instant time) {
    return micros(time) == micros(neededAt);
  }

  /** Not by ChronoUnit, which counts nanoseconds first and ends in the year 2262. */
  private static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
