package dev.tarn.sim.analysis;

import org.jspecify.annotations.Nullable;

/**
 * A metric in numbers, of at least one sample.
 *
 * @param mean the mean
 * @param p95 the 95th percentile by nearest rank: the smallest sample that at least 95 % of the samples do not exceed
 * @param sd the standard deviation of the population
 * @param chance the mean that selections drawn at random would have, for metrics of overlap: k/t of inter-layer
 *     overlap, 1 - k/t of new lookups, averaged over the samples; else null
 * @param lift overlap / k/t: the mean of inter-layer overlap, or 1 - the mean of new lookups, over the mean of k/t; else null
 * @param samples how many
 */
public record Summary(
        double mean,
        double p95,
        double sd,
        @Nullable Double chance,
        @Nullable Double lift,
        long samples) {}
