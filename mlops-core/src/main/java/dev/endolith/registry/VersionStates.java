package dev.endolith.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which states a version may be in, which may follow which, and which may be pointed to. Immutable;
 * each method that changes something answers a new value. Every process that opens a workspace
 * gives the same states.
 */
public final class VersionStates {
  private static final VersionStates STANDARD =
      new VersionStates(Map.of(), Map.of(), List.of())
          .state(VersionState.DRAFT, "")
          .state(VersionState.VALIDATED, "(?!champion$).*")
          .state(VersionState.APPROVED, ".*")
          .state(VersionState.SUSPENDED, "")
          .state(VersionState.RETIRED, "")
          .allow(VersionState.DRAFT, VersionState.VALIDATED)
          .allow(VersionState.DRAFT, VersionState.SUSPENDED)
          .allow(VersionState.DRAFT, VersionState.RETIRED)
          .allow(VersionState.VALIDATED, VersionState.APPROVED)
          .allow(VersionState.VALIDATED, VersionState.SUSPENDED)
          .allow(VersionState.VALIDATED, VersionState.RETIRED)
          .allow(VersionState.APPROVED, VersionState.SUSPENDED)
          .allow(VersionState.APPROVED, VersionState.RETIRED)
          .allow(VersionState.SUSPENDED, VersionState.VALIDATED)
          .allow(VersionState.SUSPENDED, VersionState.RETIRED);

  /** By name: the aliases, as a regular expression, that may point to a version in the state. */
  private final Map<String, String> states;

  private final Map<String, Set<String>> successors;
  private final List<TransitionGuard> guards;

  private VersionStates(
      Map<String, String> states,
      Map<String, Set<String>> successors,
      List<TransitionGuard> guards) {
    this.states = states;
    this.successors = successors;
    this.guards = guards;
  }

  /**
   * Draft, validated, approved, suspended, retired. The champion is approved; any other alias may
   * also point to a validated version; a draft, suspended or retired version carries none.
   *
   * @return the states
   */
  public static VersionStates standard() {
    return STANDARD;
  }

  /**
   * Adds a state, or says anew which aliases may point to it.
   *
   * @param state the state
   * @param aliases the aliases that may point to a version in it, as a regular expression; empty
   *     for none
   * @return the states
   */
  public VersionStates state(VersionState state, String aliases) {
    Map<String, String> changed = new TreeMap<>(states);
    changed.put(state.name(), aliases);
    return new VersionStates(changed, successors, guards);
  }

  /**
   * Allows a transition.
   *
   * @param from the state before
   * @param to the state after
   * @return the states
   * @throws IllegalArgumentException if one of them was not added
   */
  public VersionStates allow(VersionState from, VersionState to) {
    requireKnown(from);
    requireKnown(to);
    return with(from, to, true);
  }

  /**
   * Forbids a transition.
   *
   * @param from the state before
   * @param to the state after
   * @return the states
   */
  public VersionStates forbid(VersionState from, VersionState to) {
    return with(from, to, false);
  }

  private VersionStates with(VersionState from, VersionState to, boolean allowed) {
    Map<String, Set<String>> changed = new TreeMap<>(successors);
    Set<String> next = new TreeSet<>(changed.getOrDefault(from.name(), Set.of()));
    if (allowed) {
      next.add(to.name());
    } else {
      next.remove(to.name());
    }
    changed.put(from.name(), next);
    return new VersionStates(states, changed, guards);
  }

  /**
   * Adds a condition that every transition must meet.
   *
   * @param guard the condition
   * @return the states
   */
  public VersionStates guard(TransitionGuard guard) {
    List<TransitionGuard> changed = new ArrayList<>(guards);
    changed.add(guard);
    return new VersionStates(states, successors, List.copyOf(changed));
  }

  /**
   * The states that may follow one.
   *
   * @param state the state
   * @return the states, in alphabetical order
   */
  public List<VersionState> successors(VersionState state) {
    return successors.getOrDefault(state.name(), Set.of()).stream().map(VersionState::new).toList();
  }

  /**
   * Whether an alias may point to a version in a state.
   *
   * @param state the state
   * @param alias the alias's name
   * @return true if it may
   */
  public boolean mayCarry(VersionState state, String alias) {
    String aliases = states.getOrDefault(state.name(), "");
    return !aliases.isEmpty() && alias.matches(aliases);
  }

  /** Why a version may not go to a state, empty if it may. */
  Optional<String> refusal(ModelVersion version, VersionState to) {
    if (!successors(version.state()).contains(to)) {
      return Optional.of(
          version.label()
              + " is "
              + version.state()
              + " and cannot become "
              + to
              + "; it may become "
              + successors(version.state()));
    }
    return guards.stream().flatMap(guard -> guard.refusal(version, to).stream()).findFirst();
  }

  void requireKnown(VersionState state) {
    if (!states.containsKey(state.name())) {
      throw new IllegalArgumentException(
          "there is no state " + state + "; add it first, states are " + states.keySet());
    }
  }
}
