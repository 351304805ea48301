package dev.endolith.data;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The code of the host that takes a part of a dataset again: groupings and conditions by the name
 * under which they were recorded. Immutable; each {@code with}-method answers a new one.
 *
 * @param <X> the row
 */
public final class Rebuilding<X> {
  private static final Rebuilding<Object> NONE = new Rebuilding<>(Map.of(), Map.of());

  private final Map<String, Function<? super X, String>> groupings;
  private final Map<String, Predicate<? super X>> conditions;

  private Rebuilding(
      Map<String, Function<? super X, String>> groupings,
      Map<String, Predicate<? super X>> conditions) {
    this.groupings = groupings;
    this.conditions = conditions;
  }

  /**
   * No code: enough for every step but those by group or condition.
   *
   * @return nothing of the host's
   */
  public static Rebuilding<Object> plain() {
    return NONE;
  }

  /**
   * No code yet, for rows of a type.
   *
   * @param <X> the row
   * @return nothing of the host's
   */
  public static <X> Rebuilding<X> of() {
    return new Rebuilding<>(Map.of(), Map.of());
  }

  /**
   * Adds a grouping.
   *
   * @param name its name in {@link Splitter#grouped} or {@link Folds#grouped}
   * @param group reads the group from a row
   * @return a new one
   */
  public Rebuilding<X> withGrouping(String name, Function<? super X, String> group) {
    Map<String, Function<? super X, String>> all = new HashMap<>(groupings);
    all.put(name, group);
    return new Rebuilding<>(Map.copyOf(all), conditions);
  }

  /**
   * Adds a condition.
   *
   * @param name its name in {@link Dataset#where(String, Predicate)}
   * @param condition which rows to keep
   * @return a new one
   */
  public Rebuilding<X> withCondition(String name, Predicate<? super X> condition) {
    Map<String, Predicate<? super X>> all = new HashMap<>(conditions);
    all.put(name, condition);
    return new Rebuilding<>(groupings, Map.copyOf(all));
  }

  <R extends X, Y> Dataset<R, Y> apply(Dataset<R, Y> data, Derivation step) {
    return switch (step.method()) {
      case "slice" -> data.slice(step.from(), step.to());
      case "where" -> data.where(step.get("condition"), condition(step.get("condition")));
      case "random" -> part(data.split(Splitter.random(share(step), seed(step))), step);
      case "stratified" -> part(data.split(Splitter.stratified(share(step), seed(step))), step);
      case "grouped" -> {
        String name = step.get("group");
        yield part(
            data.split(Splitter.grouped(name, grouping(name), share(step), seed(step))), step);
      }
      case "time" -> part(data.split(byTime(step)), step);
      default -> part(data.folds(folds(step)).get(Integer.parseInt(step.get("fold"))), step);
    };
  }

  private static Splitter<Object> byTime(Derivation step) {
    Duration gap = span(step, "gap");
    return step.settings().containsKey("cut")
        ? Splitter.byTime(Instant.parse(step.get("cut")), gap)
        : Splitter.byTime(share(step), gap);
  }

  private Folds<? super X> folds(Derivation step) {
    int count = Integer.parseInt(step.get("count"));
    return switch (step.method()) {
      case "random-folds" -> Folds.random(count, seed(step));
      case "stratified-folds" -> Folds.stratified(count, seed(step));
      case "grouped-folds" ->
          Folds.grouped(step.get("group"), grouping(step.get("group")), count, seed(step));
      case "forward-folds" -> Folds.forward(count, span(step, "gap"));
      case "purged-folds" -> Folds.purged(count, span(step, "gap"), span(step, "embargo"));
      default ->
          throw new IllegalArgumentException(
              "no way of parting a dataset is named '" + step.method() + "'");
    };
  }

  private static Duration span(Derivation step, String name) {
    return Duration.parse(step.get(name));
  }

  private Function<? super X, String> grouping(String name) {
    Function<? super X, String> group = groupings.get(name);
    if (group == null) {
      throw new IllegalArgumentException(
          "the part was taken by the group '"
              + name
              + "', whose code is not in the record; give it with withGrouping(\""
              + name
              + "\", ...)");
    }
    return group;
  }

  private Predicate<? super X> condition(String name) {
    Predicate<? super X> condition = conditions.get(name);
    if (condition == null) {
      throw new IllegalArgumentException(
          name.isEmpty()
              ? "the part was taken by a condition without a name; name it with where(name, ...)"
              : "the part was taken by the condition '"
                  + name
                  + "', whose code is not in the record; give it with withCondition(\""
                  + name
                  + "\", ...)");
    }
    return condition;
  }

  private static <R, Y> Dataset<R, Y> part(Dataset.Split<R, Y> split, Derivation step) {
    return step.part().equals("first") ? split.first() : split.second();
  }

  private static double share(Derivation step) {
    return Double.parseDouble(step.get("share"));
  }

  private static long seed(Derivation step) {
    return Long.parseLong(step.get("seed"));
  }
}
