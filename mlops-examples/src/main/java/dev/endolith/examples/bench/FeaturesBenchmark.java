package dev.endolith.examples.bench;

import dev.endolith.data.Features;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** A record of 20 components into an array, beside 20 field reads. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FeaturesBenchmark {
  /** A category. */
  public enum Color {
    /** One. */
    RED,
    /** Another. */
    GREEN
  }

  /** Twenty numbers. */
  public record Numbers(
      double a,
      double b,
      double c,
      double d,
      double e,
      int f,
      int g,
      int h,
      int i,
      int j,
      long k,
      long l,
      long m,
      long n,
      long o,
      boolean p,
      boolean q,
      float r,
      float s,
      float t) {}

  /** Ten numbers and ten categories. */
  public record Mixed(
      double a,
      double b,
      double c,
      double d,
      double e,
      int f,
      int g,
      int h,
      int i,
      int j,
      String k,
      String l,
      String m,
      String n,
      String o,
      Color p,
      Color q,
      Color r,
      Color s,
      Color t) {}

  private final Features<Numbers> numbers = Features.of(Numbers.class);
  private final Features<Mixed> mixed = Features.of(Mixed.class);
  private final double[] into = new double[20];
  private Numbers row =
      new Numbers(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, true, false, 18, 19, 20);
  private Mixed categories =
      new Mixed(
          1,
          2,
          3,
          4,
          5,
          6,
          7,
          8,
          9,
          10,
          "a",
          "b",
          "c",
          "d",
          "e",
          Color.RED,
          Color.GREEN,
          Color.RED,
          Color.GREEN,
          Color.RED);

  /**
   * Twenty accessor calls, written by hand.
   *
   * @return the array
   */
  @Benchmark
  public double[] fields() {
    Numbers x = row;
    double[] to = into;
    to[0] = x.a();
    to[1] = x.b();
    to[2] = x.c();
    to[3] = x.d();
    to[4] = x.e();
    to[5] = x.f();
    to[6] = x.g();
    to[7] = x.h();
    to[8] = x.i();
    to[9] = x.j();
    to[10] = x.k();
    to[11] = x.l();
    to[12] = x.m();
    to[13] = x.n();
    to[14] = x.o();
    to[15] = x.p() ? 1 : 0;
    to[16] = x.q() ? 1 : 0;
    to[17] = x.r();
    to[18] = x.s();
    to[19] = x.t();
    return to;
  }

  /**
   * Twenty numbers through the library.
   *
   * @return the array
   */
  @Benchmark
  public double[] extractNumbers() {
    numbers.numbers(row, into);
    return into;
  }

  /**
   * Ten numbers and ten categories through the library.
   *
   * @param sink takes the categories
   */
  @Benchmark
  public void extractMixed(Blackhole sink) {
    mixed.numbers(categories, into);
    for (int i = 10; i < 20; i++) {
      sink.consume(mixed.category(categories, i));
    }
  }

  static final class Rows implements Suite {
    @Override
    public String name() {
      return "features";
    }

    @Override
    public List<Class<?>> benchmarks() {
      return List.of(FeaturesBenchmark.class);
    }

    @Override
    public List<Row> rows(Map<String, Score> scores) {
      Score limit = Bench.score(scores, "fields");
      return List.of(
          row("20 numbers of a record", Bench.score(scores, "extractNumbers"), limit, 150),
          row(
              "10 numbers and 10 categories of a record",
              Bench.score(scores, "extractMixed"),
              limit,
              400));
    }

    private static Row row(String path, Score score, Score limit, double goal) {
      return new Row(
          path,
          score.ns(),
          score.bytes(),
          limit.ns(),
          score.ns() / limit.ns(),
          "at most " + (int) goal + " ns, 0 bytes",
          score.ns() <= goal && score.bytes() < 1);
    }
  }
}
