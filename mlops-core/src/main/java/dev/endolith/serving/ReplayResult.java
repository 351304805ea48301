package dev.endolith.serving;

import org.jspecify.annotations.Nullable;

/**
 * A candidate judged on a log. Immutable.
 *
 * @param n logged predictions with a reward
 * @param logged what was earned by those who answered
 * @param effective how many rows the weights are worth (Kish, 1965): (Σw)² / Σw²; below about a
 *     hundred the bounds mean little
 * @param greatestWeight the greatest weight
 * @param ips the inverse-propensity estimate (Horvitz and Thompson, 1952): unbiased, of great
 *     variance
 * @param normalised the self-normalised estimate (Hájek, 1971; Swaminathan and Joachims, 2015): a
 *     little biased, and steadier; NaN if the candidate never did as logged
 * @param doublyRobust the doubly robust estimate (Dudík, Langford and Li, 2011): unbiased if the
 *     propensities are right, steady if the model is good; null without a model
 */
public record ReplayResult(
    long n,
    double logged,
    double effective,
    double greatestWeight,
    ReplayEstimate ips,
    ReplayEstimate normalised,
    @Nullable ReplayEstimate doublyRobust) {}
