package dev.endolith.examples.bench;

import dev.endolith.data.CanonicalJson;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.SampleTimeResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs benchmarks, prints a table and writes {@code target/bench/NAME.json}. */
public final class Bench {
  private static final List<Suite> SUITES =
      List.of(
          new ServingBenchmark.Rows(),
          new FormatsBenchmark.Rows(),
          new FeaturesBenchmark.Rows(),
          new DetectorsBenchmark.Rows(),
          new DriftBenchmark.Rows(),
          new ProfileBenchmark.Rows(),
          new QualityBenchmark.Rows(),
          new RegistryBenchmark.Rows(),
          new PipelineBenchmark.Rows(),
          new DataBenchmark.Rows(),
          new ReportBenchmark.Rows());

  /** Of single calls, where they are sampled. */
  private static final int[] PERCENTILES = {50, 99};

  private Bench() {}

  /**
   * Runs a suite, or all.
   *
   * @param arguments the suite's name, or {@code all}; then optionally the folder to write to
   * @throws RunnerException if JMH fails
   * @throws IOException if the result cannot be written
   */
  public static void main(String[] arguments) throws RunnerException, IOException {
    String name = arguments.length > 0 ? arguments[0] : "all";
    Path target = Path.of(arguments.length > 1 ? arguments[1] : "target").resolve("bench");
    List<Suite> chosen =
        SUITES.stream()
            .filter(
                s -> name.equals("all") || s.name().equals(name) || s.name().startsWith(name + "-"))
            .toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no benchmark '"
              + name
              + "'; there are "
              + SUITES.stream().map(Suite::name).toList());
    }
    for (Suite suite : chosen) {
      List<Row> rows = suite.rows(measure(suite));
      Files.createDirectories(target);
      Files.writeString(target.resolve(suite.name() + ".json"), CanonicalJson.write(rows));
      print(suite, rows, System.out);
    }
  }

  private static Map<String, Suite.Score> measure(Suite suite) throws RunnerException {
    OptionsBuilder options = new OptionsBuilder();
    for (Class<?> benchmarks : suite.benchmarks()) {
      options.include("^" + benchmarks.getName().replace(".", "\\.") + "\\.");
    }
    Collection<RunResult> results =
        new Runner(
                options.addProfiler(GCProfiler.class).jvmArgsAppend("-Xmx" + suite.heap()).build())
            .run();
    Map<String, Suite.Score> scores = new HashMap<>();
    for (RunResult result : results) {
      Result<?> primary = result.getPrimaryResult();
      Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
      StringBuilder method = new StringBuilder(primary.getLabel());
      for (String parameter : result.getParams().getParamsKeys()) {
        method.append('/').append(result.getParams().getParam(parameter));
      }
      result
          .getSecondaryResults()
          .forEach(
              (name, counter) -> {
                if (!name.startsWith("gc.")) {
                  scores.put(
                      primary.getLabel() + ":" + name,
                      new Suite.Score(counter.getScore(), Double.NaN));
                }
              });
      if (primary instanceof SampleTimeResult) {
        for (int percentile : PERCENTILES) {
          scores.put(
              primary.getLabel() + ":p" + percentile,
              new Suite.Score(primary.getStatistics().getPercentile(percentile), Double.NaN));
        }
      }
      scores.put(
          method.toString(),
          new Suite.Score(
              primary.getScore(), allocated == null ? Double.NaN : allocated.getScore()));
    }
    return scores;
  }

  private static void print(Suite suite, List<Row> rows, PrintStream out) {
    out.println();
    out.printf(
        Locale.ROOT,
        "%-48s %12s %8s %12s %7s  %-44s %s%n",
        suite.name(),
        "ns",
        "bytes",
        "limit ns",
        "ratio",
        "goal",
        "met");
    for (Row row : rows) {
      out.printf(
          Locale.ROOT,
          "%-48s %12.1f %8.0f %12s %7s  %-44s %s%n",
          row.path(),
          row.ns(),
          row.bytes(),
          row.limitNs() == null ? "-" : String.format(Locale.ROOT, "%.1f", row.limitNs()),
          row.ratio() == null ? "-" : String.format(Locale.ROOT, "%.2f", row.ratio()),
          row.goal(),
          row.met() ? "yes" : "no");
    }
  }

  static Suite.Score score(Map<String, Suite.Score> scores, String method) {
    Suite.Score score = scores.get(method);
    if (score == null) {
      throw new IllegalStateException(
          "benchmark '" + method + "' gave no score; there are " + scores.keySet());
    }
    return score;
  }
}
