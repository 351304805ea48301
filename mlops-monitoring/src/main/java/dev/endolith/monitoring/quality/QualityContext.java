package dev.endolith.monitoring.quality;

import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.privacy.PrivacyPolicy;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a check of data needs beside the data, and how much it may remember. Immutable; each {@code
 * with}-method answers a changed copy.
 *
 * <p>Memory: 16 bytes a slot in a table at most half full, so 64 bytes for each of {@link
 * #mostDistinct()} values or keys, per column or key that is counted, and 16 KiB for the sketch
 * that counts on beyond them.
 */
public final class QualityContext {
  private static final int MOST_DISTINCT = 50_000_000;

  private final Settings settings;

  private QualityContext(Settings settings) {
    this.settings = settings;
  }

  /** Written before the context that holds it is seen. */
  private static final class Settings {
    private final Clock clock;
    private PrivacyPolicy privacy = PrivacyPolicy.standard();
    private @Nullable ReferenceProfile reference;
    private MetricHistory history = MetricHistory.EMPTY;
    private Map<String, Predicate<String>> known = Map.of();
    private int mostDistinct = 1_000_000;
    private int mostExamples = 5;
    private int mostQuarantined = 1_000;

    Settings(Clock clock) {
      this.clock = clock;
    }
  }

  private QualityContext with(Consumer<Settings> change) {
    Settings copy = new Settings(settings.clock);
    copy.privacy = settings.privacy;
    copy.reference = settings.reference;
    copy.history = settings.history;
    copy.known = settings.known;
    copy.mostDistinct = settings.mostDistinct;
    copy.mostExamples = settings.mostExamples;
    copy.mostQuarantined = settings.mostQuarantined;
    change.accept(copy);
    return new QualityContext(copy);
  }

  /**
   * A context with {@link PrivacyPolicy#standard()}, no reference and no history; 1 000 000
   * distinct values are remembered, 5 examples and 1 000 quarantined rows are named.
   *
   * @param clock says when data is checked
   * @return the context
   */
  public static QualityContext of(Clock clock) {
    return new QualityContext(new Settings(clock));
  }

  /**
   * Sets whose values may be shown. Of other columns reports hold no examples and no figures that
   * may tell a value (mean, deviation, least, greatest, newest), so that these have no history.
   *
   * @param privacy the policy
   * @return a copy
   */
  public QualityContext withPrivacy(PrivacyPolicy privacy) {
    return with(s -> s.privacy = privacy);
  }

  /**
   * Sets what data is to be distributed like.
   *
   * @param reference the reference
   * @return a copy
   */
  public QualityContext withReference(ReferenceProfile reference) {
    return with(s -> s.reference = reference);
  }

  /**
   * Sets what figures were before.
   *
   * @param history the history
   * @return a copy
   */
  public QualityContext withHistory(MetricHistory history) {
    return with(s -> s.history = history);
  }

  /**
   * Gives values a name, for {@link Check#known}.
   *
   * @param name the name
   * @param holds tells whether a value is one of them; called once per row, on the thread that
   *     checks
   * @return a copy
   */
  public QualityContext withKnown(String name, Predicate<String> holds) {
    return with(
        s -> {
          Map<String, Predicate<String>> all = new TreeMap<>(s.known);
          all.put(name, holds);
          s.known = Map.copyOf(all);
        });
  }

  /**
   * Sets how many distinct values or keys are remembered exactly, per rule or measure.
   *
   * @param values from 1 to 50 000 000
   * @return a copy
   * @throws IllegalArgumentException if it is not in that range
   */
  public QualityContext withMostDistinct(int values) {
    if (values < 1 || values > MOST_DISTINCT) {
      throw new IllegalArgumentException(
          "mostDistinct must be in [1, " + MOST_DISTINCT + "], was " + values);
    }
    return with(s -> s.mostDistinct = values);
  }

  /**
   * Sets how many rows a result names as examples.
   *
   * @param rows from 0 to 1 000
   * @return a copy
   * @throws IllegalArgumentException if it is not in that range
   */
  public QualityContext withMostExamples(int rows) {
    if (rows < 0 || rows > 1_000) {
      throw new IllegalArgumentException("mostExamples must be in [0, 1000], was " + rows);
    }
    return with(s -> s.mostExamples = rows);
  }

  /**
   * Sets how many quarantined rows a report names; all are counted and set aside.
   *
   * @param rows from 0 to 1 000 000
   * @return a copy
   * @throws IllegalArgumentException if it is not in that range
   */
  public QualityContext withMostQuarantined(int rows) {
    if (rows < 0 || rows > 1_000_000) {
      throw new IllegalArgumentException("mostQuarantined must be in [0, 1000000], was " + rows);
    }
    return with(s -> s.mostQuarantined = rows);
  }

  /**
   * How many distinct values or keys are remembered exactly.
   *
   * @return the number
   */
  public int mostDistinct() {
    return settings.mostDistinct;
  }

  Clock clock() {
    return settings.clock;
  }

  PrivacyPolicy privacy() {
    return settings.privacy;
  }

  Optional<ReferenceProfile> reference() {
    return Optional.ofNullable(settings.reference);
  }

  MetricHistory history() {
    return settings.history;
  }

  Predicate<String> known(String name) {
    Predicate<String> holds = settings.known.get(name);
    if (holds == null) {
      throw new IllegalArgumentException(
          "no values are known by the name '"
              + name
              + "', names are "
              + Set.copyOf(settings.known.keySet())
              + "; give them with withKnown");
    }
    return holds;
  }

  int mostExamples() {
    return settings.mostExamples;
  }

  int mostQuarantined() {
    return settings.mostQuarantined;
  }

  @Override
  public String toString() {
    return "QualityContext";
  }
}
