package dev.tarn.engine.tokenize;

import java.util.Arrays;

/**
 * The greedy loop of byte-pair encoding: of all neighbours that can merge, the pair of lowest rank merges first, the
 * leftmost among equals. A linked list of symbols and a heap of candidates make it O(n log n) in the symbols.
 */
abstract class MergeLoop {
    /** Candidates as rank in the upper and left symbol in the lower half, a binary heap with the least first. */
    private long[] heap = new long[16];

    private int heapSize;
    private int[] previous = new int[0];
    private int[] next = new int[0];

    /** Rank of merging two neighbouring symbols, or -1 if they do not merge. */
    abstract int rank(int left, int right);

    /** Makes {@code left} the merge of the two. */
    abstract void merge(int left, int right);

    /** Merges {@code count} symbols as far as it goes; what is left is walked by {@link #next}, beginning at 0. */
    final void run(int count) {
        link(count);
        for (int i = 0; i + 1 < count; i++) {
            offer(i, i + 1);
        }
        while (heapSize > 0) {
            long best = poll();
            mergeIfCurrent((int) best, (int) (best >>> 32), count);
        }
    }

    /** The symbol after this one, or the count that was run if it is the last. */
    final int next(int symbol) {
        return next[symbol];
    }

    private void link(int count) {
        previous = new int[count];
        next = new int[count];
        for (int i = 0; i < count; i++) {
            previous[i] = i - 1;
            next[i] = i + 1;
        }
    }

    /** A candidate is stale if its symbols have merged otherwise; then its rank no longer fits what stands there. */
    private void mergeIfCurrent(int left, int rank, int count) {
        int right = next[left];
        if (right < 0 || right >= count || rank(left, right) != rank) {
            return;
        }
        merge(left, right);
        next[left] = next[right];
        next[right] = -1;
        if (next[left] < count) {
            previous[next[left]] = left;
            offer(left, next[left]);
        }
        if (previous[left] >= 0) {
            offer(previous[left], left);
        }
    }

    private void offer(int left, int right) {
        int rank = rank(left, right);
        if (rank >= 0) {
            push((long) rank << 32 | left);
        }
    }

    private void push(long candidate) {
        if (heapSize == heap.length) {
            heap = Arrays.copyOf(heap, heapSize * 2);
        }
        int at = heapSize++;
        while (at > 0 && heap[(at - 1) / 2] > candidate) {
            heap[at] = heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        heap[at] = candidate;
    }

    private long poll() {
        long least = heap[0];
        long moved = heap[--heapSize];
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
                child++;
            }
            if (child >= heapSize || heap[child] >= moved) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = moved;
        return least;
    }
}
