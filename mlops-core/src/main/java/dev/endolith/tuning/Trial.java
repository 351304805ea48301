package dev.endolith.tuning;

import dev.endolith.registry.Run;

/**
 * What an objective is asked to judge.
 *
 * @param number its number, from 0, in the order of proposals
 * @param configuration the settings
 * @param resource how much to spend, in the search's unit, for example rounds of training; 1 where
 *     the search does not ration
 * @param seed the seed of all chance; the same for every trial of a study, so that settings are
 *     compared and not luck
 * @param run where to record more about it; ended by the tuner
 */
public record Trial(int number, Configuration configuration, int resource, long seed, Run run) {}
