package dev.endolith.serving;

import java.util.function.DoubleSupplier;

/**
 * How a challenger gets its share of traffic.
 *
 * @param alias the alias that names the challenger
 * @param share the share of keys that it answers, in [0, 1]
 */
record Canary(String alias, DoubleSupplier share) {}
