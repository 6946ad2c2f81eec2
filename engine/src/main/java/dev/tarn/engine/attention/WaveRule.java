package dev.tarn.engine.attention;

import dev.tarn.engine.compute.AttentionState;

/** Decides after each wave whether the units attended so far are enough. Serves one query and group of heads at a time. */
interface WaveRule {
    /** Starts over for the query heads fromHead .. toHead-1. */
    void begin(int fromHead, int toHead);

    /** Whether {@link #enough} looks at the scores of the wave's entries. */
    boolean needsScores();

    /**
     * Whether to stop.
     *
     * @param state attention over everything taken so far, the wave included
     * @param wave what was just attended
     * @param left units not yet taken
     * @param selection receives what the rule estimates
     */
    boolean enough(AttentionState state, Wave wave, int left, Selection selection);
}
