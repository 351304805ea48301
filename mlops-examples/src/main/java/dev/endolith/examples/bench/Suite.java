package dev.endolith.examples.bench;

import java.util.List;
import java.util.Map;

/** A named set of benchmarks, and how their scores become rows. */
interface Suite {
  /** The name on the command line and of the JSON file. */
  String name();

  /** The classes that hold the benchmarks. */
  List<Class<?>> benchmarks();

  /** The greatest heap of the JVMs that run them. */
  default String heap() {
    return "1g";
  }

  /** Makes rows of the scores by method name, {@code /} and parameters, and by counter name. */
  List<Row> rows(Map<String, Score> scores);

  /**
   * The score of one benchmark.
   *
   * @param ns nanoseconds an operation
   * @param bytes bytes allocated an operation
   */
  record Score(double ns, double bytes) {}
}
