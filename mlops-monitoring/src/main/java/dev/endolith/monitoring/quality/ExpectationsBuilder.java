package dev.endolith.monitoring.quality;

import java.util.ArrayList;
import java.util.List;

/** Collects expectations. Mutable, confined to one thread. */
public final class ExpectationsBuilder {
  private final List<Expectation> all = new ArrayList<>();
  private double quarantineLimit = 1;

  ExpectationsBuilder() {}

  /**
   * The data is not used if a rule is broken.
   *
   * @param check the rule
   * @return this builder
   */
  public ExpectationsBuilder fail(Check check) {
    return add(new Expectation(check, Severity.FAIL, 0));
  }

  /**
   * It is reported if a rule is broken.
   *
   * @param check the rule
   * @return this builder
   */
  public ExpectationsBuilder warn(Check check) {
    return add(new Expectation(check, Severity.WARN, 0));
  }

  /**
   * Rows that break a rule are set aside.
   *
   * @param check a rule that {@linkplain Check#namesRows() names rows}
   * @return this builder
   * @throws IllegalArgumentException if it does not
   */
  public ExpectationsBuilder quarantine(Check check) {
    return add(new Expectation(check, Severity.QUARANTINE, 0));
  }

  /**
   * Adds an expectation.
   *
   * @param expectation the expectation
   * @return this builder
   */
  public ExpectationsBuilder add(Expectation expectation) {
    all.add(expectation);
    return this;
  }

  /**
   * Sets how many rows may be set aside before the data as a whole fails.
   *
   * @param share of the rows, in [0, 1]; 1 by default
   * @return this builder
   */
  public ExpectationsBuilder quarantineLimit(double share) {
    this.quarantineLimit = share;
    return this;
  }

  /**
   * The expectations.
   *
   * @return the expectations
   * @throws IllegalArgumentException if a rule is expected twice, or the limit is not in [0, 1]
   */
  public Expectations build() {
    return new Expectations(all, quarantineLimit);
  }
}
