package dev.tarn.sim.access;

import java.util.Arrays;

/** An int array that grows; at most 2^31 - 9 values, the longest array a JVM gives. */
final class IntList {
    static final int LONGEST = Integer.MAX_VALUE - 8;

    private int[] values = new int[1024];
    private int size;

    int size() {
        return size;
    }

    void add(int value) {
        reserve(1);
        values[size++] = value;
    }

    void addAll(int[] source, int count) {
        reserve(count);
        System.arraycopy(source, 0, values, size, count);
        size += count;
    }

    int[] toArray() {
        return Arrays.copyOf(values, size);
    }

    private void reserve(int more) {
        long needed = (long) size + more;
        if (needed > LONGEST) {
            throw new IllegalArgumentException("the trace has more than " + LONGEST
                    + " accesses, the most one simulation holds; split it by request or by layer");
        }
        if (needed > values.length) {
            values = Arrays.copyOf(values, (int) Math.min(LONGEST, Math.max(needed, values.length * 3L / 2)));
        }
    }
}
