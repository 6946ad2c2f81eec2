package dev.tarn.engine.attention;

import dev.tarn.engine.compute.Backend;

/** Turns scores into the selection of one query: what is always kept, then the best ranked up to the budget. */
final class Selector {
    private final Backend backend;
    private final int k;
    private final int sink;
    private final int recent;

    Selector(Backend backend, AttentionSpec spec) {
        this.backend = backend;
        this.k = spec.k();
        this.sink = spec.sink().orElse(0);
        this.recent = spec.recent().orElse(0);
    }

    /**
     * Chooses k of the n candidates 0..n-1: first the sinks, then the newest, then the best ranked of the others.
     *
     * @param n more than k
     */
    void select(float[] scores, int n, Selection selection) {
        int sinks = Math.min(sink, k);
        int newest = Math.min(recent, k - sinks);
        selection.reserve(k);
        selection.count = 0;
        for (int s = 0; s < sinks; s++) {
            selection.positions[selection.count++] = s;
        }
        int ranked = k - sinks - newest;
        backend.selectTop(scores, sinks, n - newest, ranked, selection.positions, sinks);
        selection.count += ranked;
        for (int s = n - newest; s < n; s++) {
            selection.positions[selection.count++] = s;
        }
    }
}
