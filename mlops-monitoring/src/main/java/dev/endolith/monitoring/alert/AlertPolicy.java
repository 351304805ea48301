package dev.endolith.monitoring.alert;

import dev.endolith.event.Alert;
import dev.endolith.monitoring.alert.AlertState.Phase;

/**
 * When something that windows show is raised, told, told again, and over. Stateless: what it
 * decides depends on the {@link AlertState} and the window alone. Immutable.
 *
 * <pre>
 *        flagged in m of k            calm             calm windows in a row
 *   OK ──────────────────► WARNING ────────► RECOVERING ────────────────────► OK
 *                          │    ▲ ALARM          │ flagged in m of k
 *       flagged again, or  └──► ALARM ◄──────────┘
 *       an ALARM at once
 * </pre>
 *
 * <ul>
 *   <li><b>Hysteresis.</b> It is raised where m of the last k decided windows were flagged, and
 *       over where as many in a row were calm as the policy asks for; then the count begins anew.
 *   <li><b>Severity.</b> What its window says, but a warning that goes on in the next decided
 *       window is an alarm: it is not an episode.
 *   <li><b>Cooldown and deduplication.</b> What is raised is told once, and again only after the
 *       cooldown or where it became an alarm from a warning, also if it recovered in between.
 *   <li>A window that is {@link AlertSignal#UNDECIDED} changes nothing.
 * </ul>
 *
 * @param flagged m: how many windows must be flagged, at least 1
 * @param of k: among how many, from m to 31
 * @param calm how many windows in a row must be calm, at least 1
 * @param cooldown for how many windows nothing is told again, at least 0
 */
public record AlertPolicy(int flagged, int of, int calm, int cooldown) {
  private static final int MOST_WINDOWS = 31; // bits of an int that is not negative

  /**
   * Checks the numbers.
   *
   * @param flagged m: how many windows must be flagged
   * @param of k: among how many
   * @param calm how many windows in a row must be calm
   * @param cooldown for how many windows nothing is told again
   * @throws IllegalArgumentException if a number is out of its range
   */
  public AlertPolicy {
    if (flagged < 1 || of < flagged || of > MOST_WINDOWS || calm < 1 || cooldown < 0) {
      throw new IllegalArgumentException(
          "an alert is raised by m of k windows with 1 <= m <= k <= "
              + MOST_WINDOWS
              + ", over after at least 1 calm one, and cools down for at least 0; was "
              + flagged
              + " of "
              + of
              + ", "
              + calm
              + ", "
              + cooldown);
    }
  }

  /**
   * The default: one flagged window raises, two calm ones end, a cooldown of three windows.
   *
   * @return the policy
   */
  public static AlertPolicy standard() {
    return new AlertPolicy(1, 1, 2, 3);
  }

  /**
   * Sees a window.
   *
   * @param state where it stood before
   * @param signal what the window says
   * @return where it stands now
   */
  public AlertState next(AlertState state, AlertSignal signal) {
    return switch (signal) {
      case UNDECIDED -> state;
      case CALM -> calmer(state);
      case WARNING, ALARM -> flagged(state, signal == AlertSignal.ALARM);
    };
  }

  private AlertState calmer(AlertState state) {
    int quiet = Math.min(calm, state.calm() + 1);
    if (quiet >= calm && state.phase() != Phase.OK) {
      return with(state, Phase.OK, 0, quiet); // earlier windows do not count for the next alert
    }
    Phase phase = state.phase() == Phase.OK ? Phase.OK : Phase.RECOVERING;
    return with(state, phase, shifted(state, 0), quiet);
  }

  private AlertState flagged(AlertState state, boolean alarm) {
    int recent = shifted(state, 1);
    if (Integer.bitCount(recent) < flagged) {
      return with(state, state.phase(), recent, 0);
    }
    boolean goesOn = state.phase() == Phase.WARNING || state.phase() == Phase.ALARM;
    return with(state, alarm || goesOn ? Phase.ALARM : Phase.WARNING, recent, 0);
  }

  private int shifted(AlertState state, int bit) {
    int mask = of == MOST_WINDOWS ? Integer.MAX_VALUE : (1 << of) - 1;
    return ((state.recent() << 1) | bit) & mask;
  }

  private static AlertState with(AlertState state, Phase phase, int recent, int quiet) {
    return new AlertState(phase, recent, quiet, state.toldSeverity(), state.toldAt());
  }

  /**
   * Whether it should be told.
   *
   * @param state where it stands after the window
   * @param window the number of the window; windows are counted up
   * @return true if it is raised, and was not told as severely within the cooldown
   */
  public boolean due(AlertState state, long window) {
    Alert.Severity before = state.toldSeverity();
    return state.severity().isPresent()
        && (before == null
            || window - state.toldAt() > cooldown
            || before.compareTo(state.severity().get()) < 0);
  }

  /**
   * Whether a state says no more than that nothing was seen, so that it need not be kept.
   *
   * @param state the state
   * @param window the number of the window
   * @return true if it can be forgotten
   */
  public boolean forgettable(AlertState state, long window) {
    return state.phase() == Phase.OK
        && state.recent() == 0
        && (state.toldSeverity() == null || window - state.toldAt() > cooldown);
  }
}
