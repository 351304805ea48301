package dev.endolith.monitoring.alert;

import static dev.endolith.monitoring.alert.AlertSignal.ALARM;
import static dev.endolith.monitoring.alert.AlertSignal.CALM;
import static dev.endolith.monitoring.alert.AlertSignal.UNDECIDED;
import static dev.endolith.monitoring.alert.AlertSignal.WARNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.event.Alert.Severity;
import dev.endolith.monitoring.alert.AlertState.Phase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlertPolicyTest {
  private static final int LENGTH = 6;

  /** What a run of windows leads to: the state after each, and in which it was told how. */
  private record Run(List<AlertState> states, List<Severity> told) {}

  private static Run run(AlertPolicy policy, List<AlertSignal> signals) {
    AlertState state = AlertState.INITIAL;
    List<AlertState> states = new ArrayList<>();
    List<Severity> told = new ArrayList<>();
    for (int window = 1; window <= signals.size(); window++) {
      AlertSignal signal = signals.get(window - 1);
      state = policy.next(state, signal);
      boolean flagged = signal == WARNING || signal == ALARM;
      boolean due = flagged && policy.due(state, window);
      told.add(due ? state.severity().orElseThrow() : null);
      state = due ? state.told(window) : state;
      states.add(state);
    }
    return new Run(states, told);
  }

  private static List<Phase> phases(AlertPolicy policy, AlertSignal... signals) {
    return run(policy, List.of(signals)).states().stream().map(AlertState::phase).toList();
  }

  @Test
  void next_oneWindow_raisesAndTwoCalmOnesEnd() {
    assertThat(phases(AlertPolicy.standard(), CALM, WARNING, CALM, CALM, ALARM, CALM, WARNING))
        .containsExactly(
            Phase.OK,
            Phase.WARNING,
            Phase.RECOVERING,
            Phase.OK,
            Phase.ALARM,
            Phase.RECOVERING,
            Phase.WARNING);
  }

  @Test
  void next_warningThatGoesOn_isAnAlarm() {
    assertThat(phases(AlertPolicy.standard(), WARNING, UNDECIDED, WARNING, WARNING))
        .containsExactly(Phase.WARNING, Phase.WARNING, Phase.ALARM, Phase.ALARM);
  }

  @Test
  void next_twoOfThree_needNotBeInARow() {
    AlertPolicy policy = new AlertPolicy(2, 3, 2, 3);
    assertThat(phases(policy, WARNING, CALM, WARNING, CALM, CALM, WARNING, WARNING))
        .containsExactly(
            Phase.OK,
            Phase.OK,
            Phase.WARNING,
            Phase.RECOVERING,
            Phase.OK,
            Phase.OK, // what was before it was over does not count
            Phase.WARNING);
  }

  @Test
  void due_withinTheCooldown_isTrueForWorseOnly() {
    Run run =
        run(
            AlertPolicy.standard(),
            List.of(WARNING, CALM, WARNING, ALARM, ALARM, ALARM, ALARM, ALARM, ALARM));
    assertThat(run.told())
        .containsExactly(
            Severity.WARNING, null, null, Severity.ALARM, null, null, null, Severity.ALARM, null);
  }

  /** All sequences of six windows under 54 policies, against the rules as they are written. */
  @Test
  void everySequence_keepsTheRules() {
    AlertSignal[] signals = AlertSignal.values();
    int sequences = (int) Math.pow(signals.length, LENGTH);
    for (AlertPolicy policy : policies()) {
      for (int code = 0; code < sequences; code++) {
        List<AlertSignal> windows = new ArrayList<>(LENGTH);
        for (int rest = code, i = 0; i < LENGTH; i++, rest /= signals.length) {
          windows.add(signals[rest % signals.length]);
        }
        keepsTheRules(policy, windows);
      }
    }
  }

  private static List<AlertPolicy> policies() {
    List<AlertPolicy> policies = new ArrayList<>();
    for (int of = 1; of <= 3; of++) {
      for (int flagged = 1; flagged <= of; flagged++) {
        for (int calm = 1; calm <= 3; calm++) {
          for (int cooldown : new int[] {0, 1, 4}) {
            policies.add(new AlertPolicy(flagged, of, calm, cooldown));
          }
        }
      }
    }
    return policies;
  }

  private static void keepsTheRules(AlertPolicy policy, List<AlertSignal> windows) {
    Run run = run(policy, windows);
    List<Boolean> sinceOver = new ArrayList<>(); // decided windows since it was last over
    AlertState before = AlertState.INITIAL;
    int toldAt = 0;
    Severity toldAs = null;
    int quiet = 0;
    for (int i = 0; i < windows.size(); i++) {
      AlertState now = run.states().get(i);
      AlertSignal signal = windows.get(i);
      Severity told = run.told().get(i);
      if (signal == UNDECIDED) {
        check(now.equals(before), policy, windows, "an undecided window changes nothing");
        continue;
      }
      boolean flagged = signal != CALM;
      sinceOver.add(flagged);
      quiet = flagged ? 0 : quiet + 1;
      List<Boolean> last =
          sinceOver.subList(Math.max(0, sinceOver.size() - policy.of()), sinceOver.size());
      boolean enough = last.stream().filter(f -> f).count() >= policy.flagged();
      boolean raised = now.severity().isPresent();
      check(raised == (flagged && enough), policy, windows, "raised by m of k, at a flagged one");
      if (raised) {
        boolean goesOn = before.severity().isPresent();
        check(
            (now.phase() == Phase.ALARM) == (signal == ALARM || goesOn),
            policy,
            windows,
            "an alarm by its window, or because it goes on");
      } else if (!flagged) {
        boolean over = before.phase() == Phase.OK || quiet >= policy.calm();
        check(
            now.phase() == (over ? Phase.OK : Phase.RECOVERING), policy, windows, "over when calm");
        if (before.phase() != Phase.OK && over) {
          sinceOver.clear();
        }
      } else {
        check(now.phase() == before.phase(), policy, windows, "too few windows change nothing");
      }
      boolean worse = toldAs == Severity.WARNING && now.phase() == Phase.ALARM;
      boolean due = raised && (toldAs == null || i + 1 - toldAt > policy.cooldown() || worse);
      check((told != null) == due, policy, windows, "told once per cooldown, or if worse");
      if (told != null) {
        toldAt = i + 1;
        toldAs = told;
      }
      before = now;
    }
    forgettingChangesNothing(policy, windows, run);
  }

  private static void forgettingChangesNothing(
      AlertPolicy policy, List<AlertSignal> windows, Run run) {
    AlertState state = AlertState.INITIAL;
    for (int window = 1; window <= windows.size(); window++) {
      state = policy.next(state, windows.get(window - 1));
      boolean flagged = windows.get(window - 1) == WARNING || windows.get(window - 1) == ALARM;
      boolean due = flagged && policy.due(state, window);
      check(due == (run.told().get(window - 1) != null), policy, windows, "forgetting");
      state = due ? state.told(window) : state;
      state = policy.forgettable(state, window) ? AlertState.INITIAL : state;
    }
  }

  private static void check(
      boolean holds, AlertPolicy policy, List<AlertSignal> windows, String rule) {
    if (!holds) {
      throw new AssertionError(rule + " does not hold for " + policy + " and " + windows);
    }
  }

  @Test
  void policy_outOfRange_isRefused() {
    assertThatThrownBy(() -> new AlertPolicy(2, 1, 1, 0)).hasMessageContaining("2 of 1");
    assertThatThrownBy(() -> new AlertPolicy(0, 1, 1, 0)).isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> new AlertPolicy(1, 32, 1, 0)).isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> new AlertPolicy(1, 1, 0, 0)).isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> new AlertPolicy(1, 1, 1, -1)).isInstanceOf(RuntimeException.class);
    assertThat(new AlertPolicy(31, 31, 1, 0).next(AlertState.INITIAL, WARNING).recent())
        .isEqualTo(1);
    assertThatThrownBy(() -> new AlertState(Phase.OK, -1, 0, null, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
