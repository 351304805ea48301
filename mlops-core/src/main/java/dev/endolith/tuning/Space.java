package dev.endolith.tuning;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** The parameters that are searched. Immutable. */
public final class Space {
  private final List<Parameter<?>> parameters;

  private Space(List<Parameter<?>> parameters) {
    this.parameters = parameters;
  }

  /**
   * A space.
   *
   * @param parameters the parameters; one under a condition stands after the choice that it depends
   *     on
   * @return the space
   * @throws IllegalArgumentException if there is none, two share a name, or a condition is about a
   *     parameter that does not stand before
   */
  public static Space of(Parameter<?>... parameters) {
    Set<String> names = new HashSet<>();
    for (Parameter<?> parameter : parameters) {
      Parameter<?> condition = parameter.condition();
      if (condition != null && !names.contains(condition.name())) {
        throw new IllegalArgumentException(
            "parameter '"
                + parameter.name()
                + "' depends on '"
                + condition.name()
                + "', which must stand before it in the space");
      }
      if (!names.add(parameter.name())) {
        throw new IllegalArgumentException(
            "a space names each parameter once, '" + parameter.name() + "' is twice");
      }
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException("a space needs at least one parameter");
    }
    return new Space(List.of(parameters));
  }

  /**
   * The parameters.
   *
   * @return the parameters, in order
   */
  public List<Parameter<?>> parameters() {
    return parameters;
  }

  /** The configuration at places that are asked for parameter by parameter. */
  Configuration at(ToDoubleFunction<Parameter<?>> place) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Parameter<?> parameter : parameters) {
      // asked even where the condition does not hold, so that chance advances alike
      double unit = place.applyAsDouble(parameter);
      if (parameter.holds(values)) {
        values.put(parameter.name(), parameter.at(unit));
      }
    }
    return new Configuration(values);
  }

  /** All combinations of so many values of each number, from end to end, and of all choices. */
  List<Configuration> grid(int perNumber) {
    List<Map<String, Double>> places = new ArrayList<>();
    places.add(new HashMap<>());
    for (Parameter<?> parameter : parameters) {
      int count =
          parameter.kinds() > 0 ? parameter.kinds() : Math.min(perNumber, parameter.distinct());
      boolean centred = parameter.distinct() < Integer.MAX_VALUE && count == parameter.distinct();
      List<Map<String, Double>> next = new ArrayList<>();
      for (Map<String, Double> before : places) {
        for (int i = 0; i < count; i++) {
          Map<String, Double> one = new HashMap<>(before);
          one.put(
              parameter.name(),
              centred ? (i + 0.5) / count : count == 1 ? 0.5 : (double) i / (count - 1));
          next.add(one);
        }
      }
      places = next;
    }
    Set<Configuration> distinct = new LinkedHashSet<>();
    for (Map<String, Double> place : places) {
      distinct.add(at(parameter -> place.getOrDefault(parameter.name(), 0.5)));
    }
    return List.copyOf(distinct);
  }

  @Override
  public String toString() {
    return parameters.toString();
  }
}
