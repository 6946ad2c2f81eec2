package dev.tarn.engine.attention;

/** Turns scores into the selection of one query: what is always kept, then the best ranked up to the budget. */
final class Selector {
    private final int k;
    private final int sink;
    private final int recent;
    private final TopK topK;

    Selector(AttentionSpec spec, TieOrder ties) {
        this.k = spec.k();
        this.sink = spec.sink().orElse(0);
        this.recent = spec.recent().orElse(0);
        this.topK = TopK.by(ties);
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
        topK.select(scores, sinks, n - newest, k - sinks - newest, selection);
        for (int s = n - newest; s < n; s++) {
            selection.positions[selection.count++] = s;
        }
    }
}
