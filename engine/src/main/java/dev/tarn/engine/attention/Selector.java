package dev.tarn.engine.attention;

import dev.tarn.engine.compute.Backend;

/** Turns scores into the selection of one query: what is always kept, then the best ranked up to a budget. */
final class Selector {
    private final Backend backend;
    private final int block;
    private final boolean partial;
    private final Kept kept;
    private int[] units = new int[0];

    Selector(Backend backend, AttentionSpec spec) {
        this.backend = backend;
        this.block = spec.block();
        this.partial = spec.within() != null;
        this.kept = new Kept(spec);
    }

    /**
     * Chooses among the n candidates 0..n-1: first the sinks, then the newest, then the best ranked of the others. In blocks k buys
     * max(1, floor(k / b)) of them, the newest first.
     *
     * @param scores of the units
     * @param k positions
     * @param n more than k
     */
    void select(float[] scores, int n, int k, Selection selection) {
        int budget = Math.max(1, k / block);
        kept.decide(n, budget);
        int end = kept.units(n) - kept.high;
        if (units.length < budget) {
            units = new int[Math.max(budget, 2 * units.length)];
        }
        int ranked = budget - kept.low - kept.high;
        backend.selectTop(scores, kept.low, end, ranked, units, 0);
        begin(selection, budget * block);
        append(selection, 0, kept.low, n);
        for (int i = 0; i < ranked; i++) {
            if (!partial || scores[units[i]] != Float.NEGATIVE_INFINITY) {
                append(selection, units[i], units[i] + 1, n);
            }
        }
        append(selection, end, end + kept.high, n);
    }

    private void begin(Selection selection, int capacity) {
        selection.reserve(capacity);
        selection.count = 0;
        selection.unit = block;
        selection.waves = 1;
        selection.mass = Float.NaN;
    }

    private void append(Selection selection, int fromUnit, int toUnit, int n) {
        int count = selection.count;
        for (int s = fromUnit * block; s < Math.min(n, toUnit * block); s++) {
            selection.positions[count++] = s;
        }
        selection.count = count;
    }

    /**
     * Chooses what is kept and every other token that scores above a threshold; the best of them where nothing else is chosen.
     *
     * @param n candidates
     */
    void selectAbove(float[] scores, int n, float threshold, Selection selection) {
        kept.decide(n, n);
        begin(selection, n);
        append(selection, 0, kept.low, n);
        int best = kept.low;
        for (int s = kept.low; s < n - kept.high; s++) {
            if (scores[s] > threshold) {
                selection.positions[selection.count++] = s;
            }
            best = scores[s] > scores[best] ? s : best;
        }
        append(selection, n - kept.high, n, n);
        if (selection.count == 0) {
            append(selection, best, best + 1, n);
        }
    }
}
