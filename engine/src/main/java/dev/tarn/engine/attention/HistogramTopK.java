package dev.tarn.engine.attention;

import java.util.Arrays;

/**
 * Picks the k largest of n scores by histograms over their bits, 11 + 11 + 10, instead of sorting: three passes find the k-th
 * largest, a fourth collects. Of equal scores the lower position wins; NaN counts as the lowest.
 */
final class HistogramTopK implements TopK {
    private static final int[] SHIFTS = {21, 10, 0};
    private static final int[] WIDTHS = {11, 11, 10};

    private final int[] histogram = new int[1 << 11];

    @Override
    public void select(float[] scores, int from, int to, int k, Selection into) {
        if (k == 0) {
            return;
        }
        int threshold = 0;
        int known = 0;
        int wanted = k;
        for (int pass = 0; pass < SHIFTS.length; pass++) {
            count(scores, from, to, threshold, known, SHIFTS[pass], WIDTHS[pass]);
            int bucket = (1 << WIDTHS[pass]) - 1;
            while (histogram[bucket] < wanted) {
                wanted -= histogram[bucket--];
            }
            threshold |= bucket << SHIFTS[pass];
            known |= ((1 << WIDTHS[pass]) - 1) << SHIFTS[pass];
        }
        collect(scores, from, to, threshold, wanted, into);
    }

    /** Counts, by the digit at {@code shift}, the keys whose known bits are those of {@code prefix}. */
    private void count(float[] scores, int from, int to, int prefix, int known, int shift, int width) {
        Arrays.fill(histogram, 0, 1 << width, 0);
        int mask = (1 << width) - 1;
        for (int s = from; s < to; s++) {
            int key = key(scores[s]);
            if ((key & known) == prefix) {
                histogram[(key >>> shift) & mask]++;
            }
        }
    }

    private static void collect(float[] scores, int from, int to, int threshold, int equal, Selection into) {
        int ties = equal;
        int n = into.count;
        for (int s = from; s < to; s++) {
            int order = Integer.compareUnsigned(key(scores[s]), threshold);
            if (order > 0 || (order == 0 && ties-- > 0)) {
                into.positions[n++] = s;
            }
        }
        into.count = n;
    }

    /** An unsigned integer in the order of the score; both zeros are equal. */
    private static int key(float score) {
        if (Float.isNaN(score)) {
            return 0;
        }
        int bits = Float.floatToRawIntBits(score + 0f);
        return bits ^ (bits >> 31 | Integer.MIN_VALUE);
    }
}
