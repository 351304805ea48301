package dev.endolith.registry;

import java.time.Instant;

/**
 * One value of a run's metric series.
 *
 * @param name the metric
 * @param step where in the run, from 0
 * @param value the value
 * @param at when
 */
public record MetricPoint(String name, long step, double value, Instant at) {}
