package dev.tarn.engine.attention;

import java.util.Arrays;
import java.util.Objects;

/**
 * Picks what PyTorch's {@code topk} picks on the CPU (aten/src/ATen/native/TopKImpl.h): over a row of fixed length, masked places
 * included, {@code std::partial_sort} where k · 64 is at most the row's length, else {@code std::nth_element}. NaN counts as the
 * highest. Masked places that are taken, as none are while enough others have finite scores, are left out.
 */
final class TorchTopK implements TopK {
    private static final long PARTIAL_SORT_FACTOR = 64;

    private final float[] row;
    private final int[] order;
    private final Introselect introselect;

    TorchTopK(int rowLength) {
        this.row = new float[rowLength];
        this.order = new int[rowLength];
        this.introselect = new Introselect(row, order);
    }

    @Override
    public int select(float[] scores, int from, int to, int k, int[] into) {
        Objects.checkFromToIndex(from, to, row.length);
        if (k == 0) {
            return 0;
        }
        Arrays.fill(row, Float.NEGATIVE_INFINITY);
        System.arraycopy(scores, from, row, from, to - from);
        Arrays.setAll(order, i -> i);
        if (k * PARTIAL_SORT_FACTOR <= row.length) {
            introselect.partialSort(k);
        } else {
            introselect.nthElement(k - 1);
        }
        Arrays.sort(order, 0, k);
        int count = 0;
        for (int i = 0; i < k; i++) {
            if (order[i] >= from && order[i] < to) {
                into[count++] = order[i];
            }
        }
        return count;
    }
}
