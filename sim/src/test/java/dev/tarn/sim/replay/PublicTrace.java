package dev.tarn.sim.replay;

/**
 * A DSA-like trace that other simulators were run on: 20 M requests, 16 layers of 256 slots, context 8,192 to 32,768 over
 * 4,883 steps, each slot kept with probability 0.8, SplitMix64 seeded with 42. Bit-exact, so that miss counts can be compared across tools.
 */
final class PublicTrace {
    static final int REQUESTS = 20_000_000;
    static final int LAYERS = 16;
    static final int K = 256;
    static final int LONGEST = 32_768;
    static final int STEPS = (REQUESTS + LAYERS * K - 1) / (LAYERS * K);

    private long state = 42;
    private final int[][] slots = new int[LAYERS][K];
    private final boolean[][] selected = new boolean[LAYERS][LONGEST];

    PublicTrace() {
        for (int layer = 0; layer < LAYERS; layer++) {
            for (int slot = 0; slot < K; slot++) {
                slots[layer][slot] = draw(layer, 8192);
                selected[layer][slots[layer][slot]] = true;
            }
        }
    }

    /** Tokens in the context of a step. */
    static int context(int step) {
        return (int) (8192 + 24_576L * step / (STEPS - 1));
    }

    /** The slots of one layer at one step; called for layer 0 to 15 of step 0, 1, … in turn. */
    int[] next(int step, int layer) {
        int[] tokens = slots[layer];
        for (int slot = 0; step > 0 && slot < K; slot++) {
            if ((next() >>> 32) > (long) Math.floor(0.8 * 4_294_967_295L)) {
                int token = draw(layer, context(step));
                selected[layer][tokens[slot]] = false;
                selected[layer][token] = true;
                tokens[slot] = token;
            }
        }
        return tokens;
    }

    /** All requests as layer × 32,768 + token, in the order step, layer, slot. */
    static int[] requests() {
        var trace = new PublicTrace();
        int[] ids = new int[REQUESTS];
        int at = 0;
        for (int step = 0; step < STEPS; step++) {
            for (int layer = 0; layer < LAYERS; layer++) {
                int[] tokens = trace.next(step, layer);
                for (int slot = 0; slot < K && at < REQUESTS; slot++) {
                    ids[at++] = layer * LONGEST + tokens[slot];
                }
            }
        }
        return ids;
    }

    private int draw(int layer, int context) {
        int token;
        do {
            token = (int) (((next() >>> 32) * context) >>> 32);
        } while (selected[layer][token]);
        return token;
    }

    private long next() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
