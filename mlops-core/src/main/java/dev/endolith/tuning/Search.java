package dev.endolith.tuning;

/**
 * How settings are chosen. Immutable.
 *
 * <p>For the same space, seed and losses every search proposes the same trials in the same order,
 * whatever the threads do: trials are proposed in batches, and a batch is looked at when all of it
 * is done. The tree-structured search proposes as many at once as the tuner runs in parallel, so
 * its proposals depend on that number too.
 */
public sealed interface Search {
  /**
   * All combinations.
   *
   * @param perNumber how many values of each number, from end to end; 1 or more
   * @return the search
   * @throws IllegalArgumentException if {@code perNumber} is less than 1
   */
  static Search grid(int perNumber) {
    return new Grid(perNumber);
  }

  /**
   * By chance (Bergstra and Bengio, 2012).
   *
   * @param trials how many, 1 or more
   * @return the search
   * @throws IllegalArgumentException if {@code trials} is less than 1
   */
  static Search random(int trials) {
    return new Chance(trials);
  }

  /**
   * Successive halving (Jamieson and Talwalkar, 2016): many settings with little, the better ones
   * with more.
   *
   * @param settings how many to begin with
   * @param least the resource of the first rung, 1 or more
   * @param most the resource of the last rung at most
   * @param factor how many times more each rung spends, and how many times fewer go on; 2 or more
   * @return the search
   * @throws IllegalArgumentException if a number is out of its range
   */
  static Halving halving(int settings, int least, int most, int factor) {
    return new Halving(settings, least, most, factor);
  }

  /**
   * Hyperband (Li, Jamieson, DeSalvo, Rostamizadeh and Talwalkar, 2018, algorithm 1): brackets of
   * successive halving, from many settings with little to few with much.
   *
   * @param most the greatest resource of one trial
   * @param factor how many times more each rung spends; 2 or more, 3 is usual
   * @return the search
   * @throws IllegalArgumentException if a number is out of its range
   */
  static Hyperband hyperband(int most, int factor) {
    return new Hyperband(most, factor);
  }

  /**
   * Tree-structured Parzen estimators (Bergstra, Bardenet, Bengio and Kégl, 2011, section 4): draws
   * from what the good trials have in common and the others have not. After 20 trials by chance.
   *
   * @param trials how many, 1 or more
   * @return the search
   * @throws IllegalArgumentException if {@code trials} is less than 1
   */
  static Search parzen(int trials) {
    return new Parzen(trials);
  }

  /**
   * All combinations.
   *
   * @param perNumber how many values of each number
   */
  record Grid(int perNumber) implements Search {
    /**
     * Checks the number.
     *
     * @param perNumber how many values of each number
     */
    public Grid {
      Plan.atLeast("perNumber", perNumber, 1);
    }
  }

  /**
   * By chance.
   *
   * @param trials how many
   */
  record Chance(int trials) implements Search {
    /**
     * Checks the number.
     *
     * @param trials how many
     */
    public Chance {
      Plan.atLeast("trials", trials, 1);
    }
  }

  /**
   * Successive halving.
   *
   * @param settings how many to begin with
   * @param least the resource of the first rung
   * @param most the resource of the last rung at most
   * @param factor how many times more each rung spends
   */
  record Halving(int settings, int least, int most, int factor) implements Search {
    /**
     * Checks the numbers.
     *
     * @param settings how many to begin with
     * @param least the resource of the first rung
     * @param most the resource of the last rung at most
     * @param factor how many times more each rung spends
     */
    public Halving {
      Plan.atLeast("settings", settings, 1);
      Plan.atLeast("least", least, 1);
      Plan.atLeast("most", most, least);
      Plan.atLeast("factor", factor, 2);
    }

    /**
     * What it spends in all if no trial fails; a trial that goes on is paid anew on each rung.
     *
     * @return the sum of the resources of all trials
     */
    public long totalResource() {
      return Plan.of(this).totalResource();
    }
  }

  /**
   * Hyperband.
   *
   * @param most the greatest resource of one trial
   * @param factor how many times more each rung spends
   */
  record Hyperband(int most, int factor) implements Search {
    /**
     * Checks the numbers.
     *
     * @param most the greatest resource of one trial
     * @param factor how many times more each rung spends
     */
    public Hyperband {
      Plan.atLeast("most", most, 1);
      Plan.atLeast("factor", factor, 2);
    }

    /**
     * What it spends in all if no trial fails; a trial that goes on is paid anew on each rung.
     *
     * @return the sum of the resources of all trials
     */
    public long totalResource() {
      return Plan.of(this).totalResource();
    }
  }

  /**
   * Tree-structured Parzen estimators.
   *
   * @param trials how many
   */
  record Parzen(int trials) implements Search {
    /**
     * Checks the number.
     *
     * @param trials how many
     */
    public Parzen {
      Plan.atLeast("trials", trials, 1);
    }
  }
}
