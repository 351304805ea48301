package dev.endolith.model;

import dev.endolith.data.Classification;
import dev.endolith.data.Regression;
import dev.endolith.data.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Answers of models whose quality is known. */
final class Rows {
  record Point(double x) {}

  static final Classification<Point, Boolean> YES_NO =
      Task.classify(Point.class, Boolean.class).positive(true).build();
  static final Regression<Point> NUMBER = Task.regress(Point.class).build();

  private Rows() {}

  static Outcomes scored(double[] scores, boolean[] truths) {
    List<Prediction<Boolean>> answers = new ArrayList<>();
    List<Boolean> labels = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      answers.add(Classified.of(YES_NO, 1 - scores[i], scores[i]));
      labels.add(truths[i]);
    }
    return Outcomes.of(YES_NO, answers, labels);
  }

  static Outcomes numbers(double[] answers, double[] truths) {
    List<Prediction<Double>> given = new ArrayList<>();
    List<Double> labels = new ArrayList<>();
    for (int i = 0; i < answers.length; i++) {
      given.add(new Regressed(answers[i]));
      labels.add(truths[i]);
    }
    return Outcomes.of(NUMBER, given, labels);
  }

  static double logistic(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /**
   * Two models of a truth with log odds {@code signal}: each sees the signal with noise of its own.
   */
  static Outcomes[] pair(int n, double noiseOfFirst, double noiseOfSecond, Random random) {
    double[] first = new double[n];
    double[] second = new double[n];
    boolean[] truths = new boolean[n];
    for (int i = 0; i < n; i++) {
      double signal = 1.5 * random.nextGaussian();
      truths[i] = random.nextDouble() < logistic(signal);
      first[i] = logistic(signal + noiseOfFirst * random.nextGaussian());
      second[i] = logistic(signal + noiseOfSecond * random.nextGaussian());
    }
    return new Outcomes[] {scored(first, truths), scored(second, truths)};
  }

  /** Two models of a number: each errs by noise, half of it shared. */
  static Outcomes[] numbersPair(int n, double first, double second, Random random) {
    double[] a = new double[n];
    double[] b = new double[n];
    double[] truths = new double[n];
    for (int i = 0; i < n; i++) {
      truths[i] = random.nextGaussian();
      double shared = random.nextGaussian();
      a[i] = truths[i] + first * (shared + random.nextGaussian());
      b[i] = truths[i] + second * (shared + random.nextGaussian());
    }
    return new Outcomes[] {numbers(a, truths), numbers(b, truths)};
  }
}
