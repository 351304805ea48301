package dev.endolith.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.endolith.Workspace;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Searches on functions whose least value is known. */
class SearchTest {
  private static final Parameter<Double> X = Parameter.linear("x", -5, 10);
  private static final Parameter<Double> Y = Parameter.linear("y", 0, 15);
  private static final Parameter<String> KIND = Parameter.choice("kind", List.of("a", "b", "c"));
  private static final Parameter<Double> RATE = Parameter.logarithmic("rate", 1e-5, 1);
  private static final Parameter<Integer> DEPTH = Parameter.whole("depth", 1, 12).when(KIND, "b");

  /** Proposes and judges in this thread, without runs. */
  private static List<TrialResult> study(
      Space space, Search search, long seed, int parallel, ToDoubleFunction<Configuration> loss) {
    Proposals proposals = Proposals.of(space, search, seed, parallel);
    List<TrialResult> results = new java.util.ArrayList<>();
    while (true) {
      List<Proposals.Proposal> batch = proposals.next(List.copyOf(results));
      if (batch.isEmpty()) {
        return results;
      }
      List<TrialResult> judged = new java.util.ArrayList<>();
      for (Proposals.Proposal p : batch) {
        judged.add(
            new TrialResult(
                results.size() + judged.size(),
                p.configuration(),
                p.resource(),
                loss.applyAsDouble(p.configuration()),
                "",
                ""));
      }
      results.addAll(judged);
    }
  }

  private static double best(List<TrialResult> results) {
    return results.stream().mapToDouble(TrialResult::loss).min().orElseThrow();
  }

  /** Branin (1972): least value 0.397887. */
  private static double branin(Configuration c) {
    double x = c.get(X);
    double y = c.get(Y);
    double a = y - 5.1 / (4 * Math.PI * Math.PI) * x * x + 5 / Math.PI * x - 6;
    return a * a + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
  }

  /** Mixed and conditional: least value 0 at kind b, depth 7, rate 1e-2. */
  private static double mixed(Configuration c) {
    double rate = Math.log10(c.get(RATE)) + 2;
    double base = rate * rate;
    return switch (c.get(KIND)) {
      case "a" -> base + 2;
      case "b" -> base + 0.1 * Math.abs(c.get(DEPTH) - 7);
      default -> base + 1;
    };
  }

  /**
   * The sign test over 30 seeds: if the searches were equally good, 21 or more wins of 30 had a
   * probability of 0.021.
   */
  @Test
  void parzen_equalBudget_beatsChance_overThirtySeeds() {
    int onBranin = 0;
    int onMixed = 0;
    double sum = 0;
    for (int seed = 0; seed < 30; seed++) {
      Space plane = Space.of(X, Y);
      double parzen = best(study(plane, Search.parzen(100), seed, 1, SearchTest::branin));
      double chance = best(study(plane, Search.random(100), seed + 1_000, 1, SearchTest::branin));
      onBranin += parzen < chance ? 1 : 0;
      sum += parzen;
      Space tree = Space.of(KIND, RATE, DEPTH);
      onMixed +=
          best(study(tree, Search.parzen(80), seed, 1, SearchTest::mixed))
                  < best(study(tree, Search.random(80), seed + 1_000, 1, SearchTest::mixed))
              ? 1
              : 0;
    }
    assertThat(onBranin).isGreaterThanOrEqualTo(21);
    assertThat(onMixed).isGreaterThanOrEqualTo(21);
    assertThat(sum / 30).isLessThan(1.0);
  }

  /** Batches of four cost a little, and still beat chance. */
  @Test
  void parzen_inBatches_beatsChance() {
    int wins = 0;
    for (int seed = 0; seed < 30; seed++) {
      Space plane = Space.of(X, Y);
      wins +=
          best(study(plane, Search.parzen(100), seed, 4, SearchTest::branin))
                  < best(study(plane, Search.random(100), seed + 1_000, 1, SearchTest::branin))
              ? 1
              : 0;
    }
    assertThat(wins).isGreaterThanOrEqualTo(21);
  }

  @Test
  void searches_sameSeed_proposeTheSame_otherSeed_other() {
    for (Search search :
        List.of(
            Search.random(30),
            Search.grid(4),
            Search.parzen(50),
            Search.halving(27, 1, 27, 3),
            Search.hyperband(27, 3))) {
      Space tree = Space.of(KIND, RATE, DEPTH);
      var once = study(tree, search, 5, 3, SearchTest::mixed);
      assertThat(study(tree, search, 5, 3, SearchTest::mixed)).isEqualTo(once);
      if (!(search instanceof Search.Grid)) {
        assertThat(study(tree, search, 6, 3, SearchTest::mixed)).isNotEqualTo(once);
      }
      assertThat(once)
          .allSatisfy(
              t ->
                  assertThat(t.configuration().has(DEPTH))
                      .isEqualTo(t.configuration().get(KIND).equals("b")));
    }
  }

  /** Table 1 of Li and others (2018): R = 81, η = 3. */
  @Test
  void hyperband_published_hasTheBracketsOfThePaper() {
    Plan plan = Plan.of(Search.hyperband(81, 3));
    assertThat(plan.brackets().stream().map(b -> b.stream().map(Plan.Rung::settings).toList()))
        .containsExactly(
            List.of(81, 27, 9, 3, 1),
            List.of(34, 11, 3, 1),
            List.of(15, 5, 1),
            List.of(8, 2),
            List.of(5));
    assertThat(plan.brackets().get(1).stream().map(Plan.Rung::resource))
        .containsExactly(3, 9, 27, 81);
    assertThat(Search.hyperband(81, 3).totalResource())
        .isEqualTo(5 * 81 + (102 + 99 + 81 + 81) + (135 + 135 + 81) + (216 + 162) + 405);
    // a power that a logarithm in floating point misses: log(125) / log(5) is 2.9999…
    assertThat(Plan.of(Search.hyperband(125, 5)).brackets()).hasSize(4);
  }

  @Test
  void hyperband_spendsExactlyWhatItStates_andEachRungKeepsTheBest() {
    for (int[] p : new int[][] {{81, 3}, {27, 3}, {16, 2}, {100, 4}, {1, 3}, {125, 5}}) {
      Search.Hyperband search = Search.hyperband(p[0], p[1]);
      var results = study(Space.of(X, Y), search, 3, 2, SearchTest::branin);
      assertThat(results.stream().mapToLong(TrialResult::resource).sum())
          .isEqualTo(search.totalResource());
    }
    Search.Halving halving = Search.halving(27, 1, 27, 3);
    var results = study(Space.of(X, Y), halving, 3, 2, SearchTest::branin);
    assertThat(results).hasSize(27 + 9 + 3 + 1);
    assertThat(halving.totalResource()).isEqualTo(4 * 27);
    List<Double> first = results.subList(0, 27).stream().map(TrialResult::loss).sorted().toList();
    assertThat(results.subList(27, 36).stream().map(TrialResult::loss))
        .containsExactlyElementsOf(first.subList(0, 9));
    assertThat(results.get(39).loss()).isEqualTo(first.get(0));
    assertThat(results.get(39).resource()).isEqualTo(27);
  }

  @Test
  void grid_allCombinations_onceEach() {
    var results = study(Space.of(KIND, RATE, DEPTH), Search.grid(3), 1, 1, SearchTest::mixed);
    // a and c have no depth: 3 rates each; b has 3 rates times 3 depths
    assertThat(results).hasSize(3 + 9 + 3);
    Set<Double> rates = new TreeSet<>();
    Set<Integer> depths = new TreeSet<>();
    results.forEach(
        r -> {
          rates.add(r.configuration().get(RATE));
          if (r.configuration().has(DEPTH)) {
            depths.add(r.configuration().get(DEPTH));
          }
        });
    assertThat(rates).hasSize(3);
    assertThat(rates.iterator().next()).isCloseTo(1e-5, within(1e-12));
    assertThat(depths).contains(1, 12).hasSize(3);
    Parameter<Integer> few = Parameter.whole("few", 1, 2);
    assertThat(Space.of(few).grid(9)).hasSize(2);
  }

  @Test
  void parameters_everyPlace_hasAValueInItsRange_andTheWayBack() {
    for (int i = 0; i < 10_000; i++) {
      double unit = i / 10_000.0;
      assertThat((Integer) DEPTH.at(unit)).isBetween(1, 12);
      assertThat((Double) RATE.at(unit)).isBetween(1e-5, 1.0);
      assertThat(RATE.placeOf(RATE.at(unit))).isCloseTo(unit, within(1e-9));
      assertThat(X.placeOf(X.at(unit))).isCloseTo(unit, within(1e-9));
      assertThat(DEPTH.at(DEPTH.placeOf(DEPTH.at(unit)))).isEqualTo(DEPTH.at(unit));
      assertThat(KIND.at(KIND.placeOf(KIND.at(unit)))).isEqualTo(KIND.at(unit));
    }
    // all whole numbers are equally likely
    assertThat(IntStream.range(0, 12_000).filter(i -> DEPTH.at(i / 12_000.0).equals(12)).count())
        .isEqualTo(1_000);
  }

  @Test
  void mistakes_areRefused() {
    assertThatThrownBy(() -> Space.of()).hasMessageContaining("at least one");
    assertThatThrownBy(() -> Space.of(X, X)).hasMessageContaining("'x' is twice");
    assertThatThrownBy(() -> Space.of(DEPTH, KIND)).hasMessageContaining("must stand before");
    assertThatThrownBy(() -> X.when(KIND, "z")).hasMessageContaining("no choice with that value");
    assertThatThrownBy(() -> Parameter.linear("p", 1, 1)).hasMessageContaining("low below high");
    assertThatThrownBy(() -> Parameter.logarithmic("p", 0, 1)).hasMessageContaining("'p'");
    assertThatThrownBy(() -> Parameter.choice("p", List.of("a"))).hasMessageContaining("two");
    assertThatThrownBy(() -> Search.halving(3, 2, 1, 3)).hasMessageContaining("most");
    assertThatThrownBy(() -> Search.hyperband(3, 1)).hasMessageContaining("factor");
    assertThatThrownBy(() -> Search.random(0)).hasMessageContaining("trials");
    assertThatThrownBy(() -> Search.grid(0)).hasMessageContaining("perNumber");
    Configuration a = Space.of(KIND, DEPTH).at(p -> 0);
    assertThatThrownBy(() -> a.get(DEPTH)).hasMessageContaining("has no value here");
    try (Workspace workspace = Workspace.inMemory()) {
      assertThatThrownBy(
              () -> Tuner.of(workspace.runs(), "Bad Name", "s", Space.of(X), Search.random(1)))
          .hasMessageContaining("experiment name");
    }
  }
}
