package dev.tarn.study.distill.report;

import java.util.Arrays;

/** Dense mass held by the best-ranked candidates, for several budgets at once. Belongs to one worker. */
final class RankedMass {
    private final int[] budgets;
    private long[] order = new long[0];

    /** For budgets in ascending order. */
    RankedMass(int... budgets) {
        this.budgets = budgets.clone();
    }

    /**
     * Adds to sums[i] the mass of the selection of budgets[i]: the first {@code sink} positions, then the {@code recent} newest, then
     * the best ranked of the others; of equal scores the lower position.
     *
     * @param attention mass by position, from {@code offset} on
     * @param scores by position, from {@code offset} on
     * @param n candidates
     */
    void add(float[] attention, float[] scores, int offset, int n, int sink, int recent, double[] sums) {
        int ranked = 0;
        int keptSinks = 0;
        for (int i = 0; i < budgets.length; i++) {
            int k = Math.min(budgets[i], n);
            int sinks = Math.min(sink, k);
            int newest = Math.min(recent, k - sinks);
            if (i == 0 || sinks != keptSinks || newest != ranked) {
                sort(scores, offset, sinks, n - newest);
                keptSinks = sinks;
                ranked = newest;
            }
            double mass = sum(attention, offset, 0, sinks) + sum(attention, offset, n - newest, n);
            for (int j = 0; j < k - sinks - newest; j++) {
                mass += attention[offset + (int) order[j]];
            }
            sums[i] += mass;
        }
    }

    private static double sum(float[] x, int offset, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += x[offset + i];
        }
        return sum;
    }

    /** Positions from..to-1 by falling score in the low halves of {@link #order}. */
    private void sort(float[] scores, int offset, int from, int to) {
        if (order.length < to) {
            order = new long[Math.max(to, 2 * order.length)];
        }
        for (int s = from; s < to; s++) {
            int bits = Float.floatToRawIntBits(scores[offset + s] + 0f);
            int ascending = bits ^ (bits >> 31 & Integer.MAX_VALUE);
            order[s - from] = (long) ~ascending << 32 | s;
        }
        Arrays.sort(order, 0, Math.max(0, to - from));
    }
}
