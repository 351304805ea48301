package dev.endolith.serving;

/*
 * What a call of n rows costs, as a * n + b, learnt by least squares over the last hundred batches or
 * so (older ones fade), and whether batching pays.
 *
 * Side by side p processors answer p rows in the time a + b; in batches of n one after the other a
 * row costs a + b / n. So batching pays if a + b / n < (a + b) / p, at the greatest n. Before
 * batches of different sizes were seen nothing is known, and batching stays on: without them nobody
 * queues, and it costs nothing but a free lock. Where it is off it is tried anew now and then, since
 * what is asked of the model may have changed. Observing is confined to the batcher's lock.
 */
final class BatchCosts {
  private static final double FADE = 0.99;
  private static final int LEAST_BATCHES = 64;
  private static final int TRY_AGAIN = 1 << 16;

  private final int most;
  private final int processors;
  private double weight;
  private double n;
  private double t;
  private double nn;
  private double nt;
  private int batches;
  private volatile boolean off;
  private int skipped; // races may lose counts, which only delays the next try

  BatchCosts(int most, int processors) {
    this.most = most;
    this.processors = processors;
  }

  boolean off() {
    if (off && ++skipped >= TRY_AGAIN) {
      skipped = 0;
      batches = 0;
      off = false;
    }
    return off;
  }

  void observe(int rows, long nanos) {
    weight = weight * FADE + 1;
    n = n * FADE + rows;
    t = t * FADE + nanos;
    nn = nn * FADE + (double) rows * rows;
    nt = nt * FADE + (double) rows * nanos;
    if (++batches >= LEAST_BATCHES && spread() > 0.01) {
      off = !pays();
    }
  }

  private double spread() {
    return nn / weight - (n / weight) * (n / weight);
  }

  /** What one more row costs, in nanoseconds. */
  double perRow() {
    return Math.max(0, (nt / weight - n / weight * (t / weight)) / spread());
  }

  /** What a call costs besides its rows, in nanoseconds. */
  double perCall() {
    return Math.max(0, (t - perRow() * n) / weight);
  }

  private boolean pays() {
    double a = perRow();
    double b = perCall();
    return a + b / most < (a + b) / processors;
  }
}
