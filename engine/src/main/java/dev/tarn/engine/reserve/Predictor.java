package dev.tarn.engine.reserve;

import java.util.Arrays;

/** Guesses what a layer of one sequence will select, from what was selected before. Selections are bits by position. */
final class Predictor {
    /** Weight of the newest selection in the moving average. */
    private static final float NEWEST = 0.3f;
    /** Selected at two of the last three steps, or so. */
    private static final float OFTEN = 0.5f;

    private final Prefetch kind;
    private final long[][] last;
    private final float[][] averages;
    private final long[] guess;

    Predictor(Prefetch kind, int layers, int context) {
        int words = Math.ceilDiv(context, Long.SIZE);
        this.kind = kind;
        this.guess = new long[words];
        this.last = new long[kind == Prefetch.PREVIOUS ? layers : kind == Prefetch.LAYER ? 1 : 0][words];
        this.averages = new float[kind == Prefetch.EMA ? layers : 0][context];
    }

    /** Notes what a layer selected of positions 0 .. t-1. */
    void note(int layer, long[] selected, int t) {
        switch (kind) {
            case NONE -> {}
            case PREVIOUS -> System.arraycopy(selected, 0, last[layer], 0, t / Long.SIZE + 1);
            case LAYER -> System.arraycopy(selected, 0, last[0], 0, t / Long.SIZE + 1);
            case EMA -> {
                float[] average = averages[layer];
                for (int s = 0; s < t; s++) {
                    float now = (selected[s / Long.SIZE] >>> s & 1) * NEWEST;
                    average[s] = average[s] * (1 - NEWEST) + now;
                }
            }
        }
    }

    /** What a layer will select of positions 0 .. t-1; valid until the next call. */
    long[] guess(int layer, int t) {
        switch (kind) {
            case NONE -> Arrays.fill(guess, 0);
            case PREVIOUS -> System.arraycopy(last[layer], 0, guess, 0, guess.length);
            case LAYER -> System.arraycopy(last[0], 0, guess, 0, guess.length);
            case EMA -> {
                Arrays.fill(guess, 0);
                for (int s = 0; s < t; s++) {
                    if (averages[layer][s] > OFTEN) {
                        guess[s / Long.SIZE] |= 1L << s;
                    }
                }
            }
        }
        return guess;
    }
}
