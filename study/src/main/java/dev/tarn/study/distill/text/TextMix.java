package dev.tarn.study.distill.text;

import java.util.Map;
import java.util.TreeMap;

/**
 * What windows are drawn.
 *
 * @param lengths the share of windows of each length in tokens
 * @param facts the share of windows that hold facts and questions
 * @param seed with a window's number decides it
 */
public record TextMix(Map<Integer, Double> lengths, double facts, long seed) {
    /** The shortest window that has room for facts. */
    private static final int SHORTEST = 256;

    /** Checks the ranges. */
    public TextMix {
        lengths = new TreeMap<>(lengths);
        if (lengths.isEmpty() || lengths.keySet().iterator().next() < SHORTEST) {
            throw new IllegalArgumentException(
                    "contexts " + lengths.keySet() + ": give at least one, none below " + SHORTEST + " tokens");
        }
        if (lengths.values().stream().anyMatch(share -> !(share > 0))) {
            throw new IllegalArgumentException("the shares of the contexts must be positive: " + lengths);
        }
        if (!(facts >= 0 && facts <= 1)) {
            throw new IllegalArgumentException("the share of windows with facts is " + facts + "; give 0 to 1");
        }
    }

    /** The longest window. */
    public int longest() {
        return lengths.keySet().stream().mapToInt(Integer::intValue).max().orElseThrow();
    }

    /** The length at {@code place} of the shares laid end to end; place is between 0 and 1. */
    int length(double place) {
        double left = place
                * lengths.values().stream().mapToDouble(Double::doubleValue).sum();
        for (var entry : lengths.entrySet()) {
            left -= entry.getValue();
            if (left < 0) {
                return entry.getKey();
            }
        }
        return longest();
    }
}
