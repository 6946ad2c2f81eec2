package dev.tarn.sim.analysis;

/** Nearest ranks in whole numbers, so that 95 % of 20 is 19 and not the double above it. */
final class Ranks {
    private Ranks() {}

    /** The rank, from 1, of the 95th percentile of so many samples. */
    static long nearestRank95(long samples) {
        return (samples * 95 + 99) / 100;
    }
}
