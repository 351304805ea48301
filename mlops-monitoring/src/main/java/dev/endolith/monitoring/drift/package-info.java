/**
 * Is this sample distributed like that one? Two-sample tests and distances for numbers and for
 * counts of categories, and corrections for asking many times.
 *
 * <p>{@link dev.endolith.monitoring.drift.TwoSampleTest} compares numbers, {@link
 * dev.endolith.monitoring.drift.CategoricalTest} compares counts, and both answer with a {@link
 * dev.endolith.monitoring.drift.TestResult}. Where to start: {@link
 * dev.endolith.monitoring.drift.KolmogorovSmirnov} for numbers, {@link
 * dev.endolith.monitoring.drift.ChiSquare} for categories, {@link
 * dev.endolith.monitoring.drift.Psi} where an effect size matters more than significance, and
 * {@link dev.endolith.monitoring.drift.Correction#BENJAMINI_HOCHBERG} over all columns.
 *
 * <p>{@link dev.endolith.monitoring.drift.MultivariateTest} compares rows as wholes, {@link
 * dev.endolith.monitoring.drift.TextDrift} texts. {@link dev.endolith.monitoring.drift.Drift}
 * decides over all columns of a profile, within an {@link
 * dev.endolith.monitoring.drift.AlarmBudget}.
 *
 * <p>The tests are total: empty, constant, NaN and infinite data have a defined answer, which may
 * be "not enough data". All types here are immutable and thread-safe.
 */
@NullMarked
package dev.endolith.monitoring.drift;

import org.jspecify.annotations.NullMarked;
