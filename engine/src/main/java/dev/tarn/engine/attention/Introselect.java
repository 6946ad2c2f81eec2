package dev.tarn.engine.attention;

/**
 * {@code std::nth_element} and {@code std::partial_sort} as the GNU C++ library has them (bits/stl_algo.h, bits/stl_heap.h), largest
 * first, step by step, so that the same of several equal scores come to the front. The C++ standard leaves that open, and other
 * libraries differ. How the front is ordered in itself is of no use here; steps that do only that are left out. Introselect is
 * Musser's (Introspective sorting and selection algorithms, 1997): quickselect by the median of three, a heap where it went too
 * deep. Places are permuted, scores stay where they are.
 */
final class Introselect {
    private static final int INSERTION_SORTED = 3;

    private final float[] scores;
    private final int[] order;

    /**
     * Works on these arrays.
     *
     * @param scores by place
     * @param order the places, each once, in the order to start from; as long as {@code scores}
     */
    Introselect(float[] scores, int[] order) {
        this.scores = scores;
        this.order = order;
    }

    /** Moves the places of the {@code nth} + 1 largest scores to the front. */
    void nthElement(int nth) {
        int first = 0;
        int last = order.length;
        int depth = 2 * (Integer.SIZE - 1 - Integer.numberOfLeadingZeros(last));
        while (last - first > INSERTION_SORTED) {
            if (depth-- == 0) {
                heapSelect(first, nth + 1, last);
                return;
            }
            int cut = partition(first, last);
            if (cut <= nth) {
                first = cut;
            } else {
                last = cut;
            }
        }
        insertionSort(first, last);
    }

    /** Moves the places of the {@code count} largest scores to the front. */
    void partialSort(int count) {
        heapSelect(0, count, order.length);
    }

    /** Whether the score at place {@code a} goes before that at {@code b}: NaN first, both zeros alike. */
    private boolean before(int a, int b) {
        float x = scores[a];
        float y = scores[b];
        return x > y || (Float.isNaN(x) && !Float.isNaN(y));
    }

    private void swap(int i, int j) {
        int place = order[i];
        order[i] = order[j];
        order[j] = place;
    }

    /** Parts first..last-1 by the median of three of them; returns where the second part begins. */
    private int partition(int first, int last) {
        moveMedianTo(first, first + 1, first + (last - first) / 2, last - 1);
        int pivot = order[first];
        int left = first + 1;
        int right = last;
        while (true) {
            while (before(order[left], pivot)) {
                left++;
            }
            right--;
            while (before(pivot, order[right])) {
                right--;
            }
            if (left >= right) {
                return left;
            }
            swap(left, right);
            left++;
        }
    }

    private void moveMedianTo(int result, int a, int b, int c) {
        boolean aBeforeB = before(order[a], order[b]);
        boolean bBeforeC = before(order[b], order[c]);
        boolean aBeforeC = before(order[a], order[c]);
        if (aBeforeB) {
            swap(result, bBeforeC ? b : aBeforeC ? c : a);
        } else {
            swap(result, aBeforeC ? a : bBeforeC ? c : b);
        }
    }

    private void insertionSort(int first, int last) {
        for (int i = first + 1; i < last; i++) {
            int place = order[i];
            int hole = i;
            while (hole > first && before(place, order[hole - 1])) {
                order[hole] = order[hole - 1];
                hole--;
            }
            order[hole] = place;
        }
    }

    /** Makes first..middle-1 a heap, its last in order on top, and exchanges the top for each later place that goes before it. */
    private void heapSelect(int first, int middle, int last) {
        int length = middle - first;
        for (int parent = length / 2 - 1; parent >= 0; parent--) {
            sift(first, parent, length, order[first + parent]);
        }
        for (int i = middle; i < last; i++) {
            if (before(order[i], order[first])) {
                int place = order[i];
                order[i] = order[first];
                sift(first, 0, length, place);
            }
        }
    }

    /** Fills the hole at {@code top} of a heap: the children move up to a leaf, then {@code place} climbs from there. */
    private void sift(int first, int top, int length, int place) {
        int hole = top;
        int child = top;
        while (child < (length - 1) / 2) {
            child = 2 * (child + 1);
            if (before(order[first + child], order[first + child - 1])) {
                child--;
            }
            order[first + hole] = order[first + child];
            hole = child;
        }
        if (length % 2 == 0 && child == (length - 2) / 2) {
            child = 2 * child + 1;
            order[first + hole] = order[first + child];
            hole = child;
        }
        climb(first, hole, top, place);
    }

    private void climb(int first, int from, int top, int place) {
        int hole = from;
        while (hole > top && before(order[first + (hole - 1) / 2], place)) {
            order[first + hole] = order[first + (hole - 1) / 2];
            hole = (hole - 1) / 2;
        }
        order[first + hole] = place;
    }
}
