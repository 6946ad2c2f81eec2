package dev.tarn.sim.access;

import java.util.Arrays;

/** A set of small ints that numbers its members densely in ascending order. */
final class BitRanks {
    private long[] bits = new long[16];
    private int[] before = new int[0];
    private int size;

    void add(int value) {
        int word = value >>> 6;
        if (word >= bits.length) {
            bits = Arrays.copyOf(bits, Math.max(word + 1, bits.length * 2));
        }
        bits[word] |= 1L << value;
    }

    /** Closes the set: numbers its members. {@link #rank} answers from here on. */
    void seal() {
        before = new int[bits.length];
        int total = 0;
        for (int i = 0; i < bits.length; i++) {
            before[i] = total;
            total += Long.bitCount(bits[i]);
        }
        size = total;
    }

    int size() {
        return size;
    }

    /** How many members are below this value. */
    int rank(int value) {
        int word = value >>> 6;
        return before[word] + Long.bitCount(bits[word] & ((1L << value) - 1));
    }

    /** Writes the members, ascending, into {@code target} from {@code at}. */
    void copyTo(int[] target, int at) {
        int next = at;
        for (int i = 0; i < bits.length; i++) {
            for (long word = bits[i]; word != 0; word &= word - 1) {
                target[next++] = (i << 6) + Long.numberOfTrailingZeros(word);
            }
        }
    }
}
