package dev.endolith.tuning;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One typed setting of a {@link Space}. Immutable; read its value with {@link Configuration#get}.
 *
 * <p>Every parameter is a map from [0, 1) to values, so that searches work on the unit interval.
 *
 * @param <A> the type of its values
 */
public final class Parameter<A> {
  /** How values lie on the unit interval. */
  private enum Scale {
    LINEAR,
    LOGARITHMIC,
    WHOLE,
    CHOICE
  }

  private final String name;
  private final Scale scale;
  private final double low;
  private final double high;
  private final List<A> choices;
  private final @Nullable Parameter<?> condition;
  private final @Nullable Object needed;

  private Parameter(
      String name,
      Scale scale,
      double low,
      double high,
      List<A> choices,
      @Nullable Parameter<?> condition,
      @Nullable Object needed) {
    this.name = name;
    this.scale = scale;
    this.low = low;
    this.high = high;
    this.choices = choices;
    this.condition = condition;
    this.needed = needed;
  }

  /**
   * A whole number, all equally likely.
   *
   * @param name its name
   * @param low the least
   * @param high the greatest, included
   * @return the parameter
   * @throws IllegalArgumentException if {@code low} is not below {@code high}
   */
  public static Parameter<Integer> whole(String name, int low, int high) {
    return new Parameter<Integer>(
        name, Scale.WHOLE, check(name, low < high, low, high), high, List.of(), null, null);
  }

  /**
   * A number, all equally likely.
   *
   * @param name its name
   * @param low the least
   * @param high the greatest
   * @return the parameter
   * @throws IllegalArgumentException if the ends are not finite or {@code low} is not below {@code
   *     high}
   */
  public static Parameter<Double> linear(String name, double low, double high) {
    boolean good = low < high && Double.isFinite(high - low);
    return new Parameter<Double>(
        name, Scale.LINEAR, check(name, good, low, high), high, List.of(), null, null);
  }

  /**
   * A positive number whose logarithm is equally likely everywhere, such as a learning rate.
   *
   * @param name its name
   * @param low the least, above 0
   * @param high the greatest
   * @return the parameter
   * @throws IllegalArgumentException if the ends are not finite and positive or {@code low} is not
   *     below {@code high}
   */
  public static Parameter<Double> logarithmic(String name, double low, double high) {
    boolean good = low > 0 && low < high && Double.isFinite(high);
    return new Parameter<Double>(
        name, Scale.LOGARITHMIC, check(name, good, low, high), high, List.of(), null, null);
  }

  /**
   * One of several values without an order.
   *
   * @param name its name
   * @param choices the values; their texts must differ
   * @param <A> their type
   * @return the parameter
   * @throws IllegalArgumentException if there are under two, or two have one text
   */
  public static <A> Parameter<A> choice(String name, List<A> choices) {
    long texts = choices.stream().map(String::valueOf).distinct().count();
    if (texts < 2 || texts < choices.size()) {
      throw new IllegalArgumentException(
          "parameter '" + name + "' needs at least two choices whose texts differ");
    }
    return new Parameter<>(name, Scale.CHOICE, 0, choices.size(), List.copyOf(choices), null, null);
  }

  /**
   * The same parameter, which only exists where a choice fell on a value.
   *
   * @param choice the other parameter
   * @param value the value that it must have
   * @param <B> the type of the other's values
   * @return a new parameter
   * @throws IllegalArgumentException if the other never has the value
   */
  public <B> Parameter<A> when(Parameter<B> choice, B value) {
    if (!choice.choices.contains(value)) {
      throw new IllegalArgumentException(
          "parameter '" + choice.name + "' is no choice with that value");
    }
    return new Parameter<>(name, scale, low, high, choices, choice, value);
  }

  /**
   * Its name.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  private static double check(String name, boolean good, double low, double high) {
    if (!good) {
      throw new IllegalArgumentException(
          "parameter '" + name + "' needs finite ends, low below high, was " + low + " to " + high);
    }
    return low;
  }

  @Nullable Parameter<?> condition() {
    return condition;
  }

  boolean holds(Map<String, Object> values) {
    return condition == null || (needed != null && needed.equals(values.get(condition.name)));
  }

  /** How many choices, 0 for a number. */
  int kinds() {
    return choices.size();
  }

  /** How many values a grid has at most; without a bound for a continuous number. */
  int distinct() {
    return switch (scale) {
      case WHOLE -> (int) Math.min(Integer.MAX_VALUE, high - low + 1);
      case CHOICE -> choices.size();
      default -> Integer.MAX_VALUE;
    };
  }

  /** The value at a place in [0, 1); numbers of a grid may stand at 1 too. */
  Object at(double unit) {
    return switch (scale) {
      case LINEAR -> Math.min(high, low + unit * (high - low));
      case LOGARITHMIC ->
          Math.max(low, Math.min(high, Math.exp(Math.log(low) + unit * Math.log(high / low))));
      case WHOLE -> (int) Math.min(high, Math.floor(low + unit * (high - low + 1)));
      case CHOICE -> choices.get((int) Math.min(choices.size() - 1.0, unit * choices.size()));
    };
  }

  /** The middle of the places of a value. */
  double placeOf(Object value) {
    return switch (scale) {
      case LINEAR -> ((Double) value - low) / (high - low);
      case LOGARITHMIC -> Math.log((Double) value / low) / Math.log(high / low);
      case WHOLE -> ((Integer) value - low + 0.5) / (high - low + 1);
      case CHOICE -> (choices.indexOf(value) + 0.5) / choices.size();
    };
  }

  /** The middle of the places of its value in a configuration that has one. */
  double placeIn(Configuration configuration) {
    return placeOf(Objects.requireNonNull((Object) configuration.get(this)));
  }

  @SuppressWarnings("unchecked") // only values of this parameter are put under it
  A cast(Object value) {
    return (A) value;
  }

  @Override
  public String toString() {
    String range = scale == Scale.CHOICE ? choices.toString() : "[" + low + ", " + high + "]";
    return name
        + " "
        + scale
        + " "
        + range
        + (condition == null ? "" : " when " + condition.name + " = " + needed);
  }
}
