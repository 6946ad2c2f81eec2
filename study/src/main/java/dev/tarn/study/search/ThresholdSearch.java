package dev.tarn.study.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the least x at which a loss that falls with x does not exceed a limit: bisection, and where losses are smooth, the next
 * place by interpolating log loss over x within the bracket (regula falsi), with a bisection whenever two probes did not halve it.
 *
 * @param <T> what a probe yields besides its loss
 */
public final class ThresholdSearch<T> {
    /** Probes that one search makes at most. */
    public static final int MOST_PROBES = 8;

    /** A passing loss this near below the limit, as a share of it, is near enough. */
    private static final double NEAR = 0.04;
    /** Where interpolation aims, as a share of the limit, so that the probe passes. */
    private static final double AIM = 0.98;
    /** Brackets narrower than this are not divided: 1 % of k. */
    private static final double NARROW = 0.01;

    /** So many probes in a row may leave more than half of a bracket. */
    private static final int SLOW = 2;

    private final double least;
    private final double most;
    private final double start;
    private final boolean smooth;
    private final List<Probe<T>> probes = new ArrayList<>();
    private double limit = Double.NaN;
    private int spent;
    private double previousWidth;
    private int slowProbes;

    /**
     * A search between two ends, of which the lower is taken to fail and the upper to pass unless probes say otherwise. It remembers
     * its probes from limit to limit.
     *
     * @param start where to look first
     * @param smooth whether losses may be interpolated
     */
    public ThresholdSearch(double least, double most, double start, boolean smooth) {
        this.least = least;
        this.most = most;
        this.start = start;
        this.smooth = smooth;
    }

    /** One measurement. */
    public record Probe<T>(double x, double loss, T result) {}

    /**
     * What a search found.
     *
     * @param best the least x that passed; where none did, the one with the least loss
     * @param reached whether it passed
     */
    public record Found<T>(Probe<T> best, boolean reached) {}

    /** Begins to look for a limit. */
    public void aim(double newLimit) {
        limit = newLimit;
        spent = 0;
        previousWidth = Double.POSITIVE_INFINITY;
        slowProbes = 0;
    }

    /** Where to measure next; empty once the limit's place is known or the probes are spent. */
    public OptionalDouble next() {
        Probe<T> failing = failing();
        Probe<T> passing = passing();
        double low = failing == null ? least : failing.x;
        double high = passing == null ? most : passing.x;
        boolean near = passing != null && smooth && passing.loss >= (1 - NEAR) * limit;
        if (spent == MOST_PROBES || high - low < NARROW || near) {
            return OptionalDouble.empty();
        }
        if (high - low <= 0.5 * previousWidth) {
            previousWidth = high - low;
            slowProbes = 0;
        } else {
            slowProbes++;
        }
        boolean first = probes.isEmpty() && start > low && start < high;
        return OptionalDouble.of(first ? start : between(low, high, failing, passing, slowProbes < SLOW));
    }

    /** Takes in what was measured. */
    public void add(Probe<T> probe) {
        probes.add(probe);
        spent++;
    }

    /** What was found for the limit; at least one probe was made. */
    public Found<T> found() {
        Probe<T> passing = passing();
        return passing != null
                ? new Found<>(passing, true)
                : new Found<>(
                        probes.stream()
                                .min(Comparator.comparingDouble(Probe::loss))
                                .orElseThrow(),
                        false);
    }

    private double between(
            double low, double high, @Nullable Probe<T> failing, @Nullable Probe<T> passing, boolean interpolating) {
        double middle = (low + high) / 2;
        if (!smooth || !interpolating) {
            return middle;
        }
        double aim = Math.log(AIM * limit);
        double x = middle;
        if (failing != null && passing != null && passing.loss > 0) {
            double share = (Math.log(failing.loss) - aim) / (Math.log(failing.loss) - Math.log(passing.loss));
            x = low + share * (high - low);
        } else if (failing != null && passing == null) {
            x = low + Math.log(failing.loss) - aim;
        } else if (failing == null && passing != null && passing.loss > 0) {
            x = high - (aim - Math.log(passing.loss));
        }
        double margin = 0.05 * (high - low);
        return Math.clamp(x, low + margin, high - margin);
    }

    private @Nullable Probe<T> passing() {
        return probes.stream()
                .filter(p -> p.loss <= limit)
                .min(Comparator.comparingDouble(Probe::x))
                .orElse(null);
    }

    /** The highest failing probe below all that pass: noise may put others above. */
    private @Nullable Probe<T> failing() {
        Probe<T> passing = passing();
        return probes.stream()
                .filter(p -> !(p.loss <= limit) && (passing == null || p.x < passing.x))
                .max(Comparator.comparingDouble(Probe::x))
                .orElse(null);
    }

    /** All probes so far, in ascending order of x. */
    public List<Probe<T>> probes() {
        return probes.stream().sorted(Comparator.comparingDouble(Probe::x)).toList();
    }
}
