package dev.tarn.study.meter;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * PSA's P against the true mass of the selections it ended. P is the least of the heads that share the selection, so it is held
 * against the least of their true masses. P claims to be no more than it.
 *
 * @param bins by P in hundredths, rounded down
 */
public record Calibration(SortedMap<Integer, Bin> bins) {
    private static final int BINS = 100;

    /** Nothing measured yet. */
    public Calibration() {
        this(new TreeMap<>());
    }

    /**
     * Sums over selections.
     *
     * @param count selections
     * @param exceeds those whose P was above the true mass
     * @param p sum of P
     * @param mass sum of true masses
     */
    public record Bin(long count, long exceeds, double p, double mass) {
        Bin plus(Bin other) {
            return new Bin(count + other.count, exceeds + other.exceeds, p + other.p, mass + other.mass);
        }
    }

    void add(double p, double mass) {
        int bin = Math.clamp((long) (p * BINS), 0, BINS - 1);
        bins.merge(bin, new Bin(1, p > mass ? 1 : 0, p, mass), Bin::plus);
    }

    /** Adds what another measured. */
    public void addAll(Calibration other) {
        other.bins.forEach((bin, sum) -> bins.merge(bin, sum, Bin::plus));
    }

    /** The sum over all bins; of zero selections where the stop rule has no P. */
    public Bin total() {
        return bins.values().stream().reduce(new Bin(0, 0, 0, 0), Bin::plus);
    }
}
