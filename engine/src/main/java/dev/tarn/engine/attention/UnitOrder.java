package dev.tarn.engine.attention;

import dev.tarn.engine.compute.Backend;
import java.util.Arrays;

/**
 * The units of a range from the best score down, of equal scores the lower unit first. Sorts only as far as it is asked: the best few
 * are selected and sorted, and when they are used up twice as many.
 */
final class UnitOrder {
    private static final int FIRST = 256;

    private final Backend backend;
    private final boolean partial;
    private int[] best = new int[0];
    private long[] sorted = new long[0];
    private float[] scores = new float[0];
    private int from;
    private int to;
    private int ready;
    private int next;

    /** An order; where it is partial, units that score negative infinity are no candidates. */
    UnitOrder(Backend backend, boolean partial) {
        this.backend = backend;
        this.partial = partial;
    }

    /** Starts over with the units from..to-1. */
    void begin(float[] scores, int from, int to) {
        this.scores = scores;
        this.from = from;
        this.to = to;
        ready = 0;
        next = 0;
    }

    /** The next unit; -1 where none is left that is a candidate. */
    int next() {
        if (next == ready && !extend()) {
            return -1;
        }
        int unit = (int) sorted[next];
        if (partial && scores[unit] == Float.NEGATIVE_INFINITY) {
            return -1;
        }
        next++;
        return unit;
    }

    /** The unit that comes after {@code ahead} others; -1 where there is none. */
    int peek(int ahead) {
        while (next + ahead >= ready) {
            if (!extend()) {
                return -1;
            }
        }
        int unit = (int) sorted[next + ahead];
        return partial && scores[unit] == Float.NEGATIVE_INFINITY ? -1 : unit;
    }

    private boolean extend() {
        int count = Math.min(Math.max(FIRST, 2 * ready), to - from);
        if (count <= ready) {
            return false;
        }
        if (best.length < count) {
            best = new int[Math.max(count, 2 * best.length)];
            sorted = new long[best.length];
        }
        backend.selectTop(scores, from, to, count, best, 0);
        for (int i = 0; i < count; i++) {
            sorted[i] = (((long) ~key(scores[best[i]]) << Integer.SIZE) ^ Long.MIN_VALUE) | best[i];
        }
        Arrays.sort(sorted, 0, count);
        ready = count;
        return true;
    }

    /** An unsigned integer in the order of the score; both zeros are equal, NaN is lowest. */
    private static int key(float score) {
        if (Float.isNaN(score)) {
            return 0;
        }
        int bits = Float.floatToRawIntBits(score + 0f);
        return bits ^ (bits >> 31 | Integer.MIN_VALUE);
    }
}
