package dev.tarn.engine.tokenize;

import java.util.Arrays;

/** Merges by the pair of ids they join: an open-addressing hash table without boxed numbers. */
final class MergeTable {
    private static final long EMPTY = -1;
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final long[] pairs;
    private final int[] ranks;
    private final int[] results;
    private final int mask;

    MergeTable(int merges) {
        int capacity = Integer.highestOneBit(Math.max(merges, 4)) * 4;
        pairs = new long[capacity];
        Arrays.fill(pairs, EMPTY);
        ranks = new int[capacity];
        results = new int[capacity];
        mask = capacity - 1;
    }

    /** Adds a merge unless the pair already has one: the earlier, better rank stays. */
    private void add(int left, int right, int rank, int result) {
        long pair = pair(left, right);
        int slot = slot(pair);
        if (pairs[slot] == EMPTY) {
            pairs[slot] = pair;
            ranks[slot] = rank;
            results[slot] = result;
        }
    }

    /** Adds the merge of two tokens; false if they or their union are not in the vocabulary. */
    boolean add(Vocabulary vocabulary, String left, String right, int rank) {
        int leftId = vocabulary.id(left);
        int rightId = vocabulary.id(right);
        int result = vocabulary.id(left.concat(right));
        if (leftId < 0 || rightId < 0 || result < 0) {
            return false;
        }
        add(leftId, rightId, rank, result);
        return true;
    }

    /** The slot of a merge, or -1 if the pair does not merge. */
    int find(int left, int right) {
        if (left < 0 || right < 0) {
            return -1;
        }
        long pair = pair(left, right);
        int slot = slot(pair);
        return pairs[slot] == pair ? slot : -1;
    }

    int rank(int slot) {
        return ranks[slot];
    }

    int result(int slot) {
        return results[slot];
    }

    private int slot(long pair) {
        int slot = (int) ((pair * MIX) >>> 32) & mask;
        while (pairs[slot] != EMPTY && pairs[slot] != pair) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private static long pair(int left, int right) {
        return (long) left << 32 | right;
    }
}
