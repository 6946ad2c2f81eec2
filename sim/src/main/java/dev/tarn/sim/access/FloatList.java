package dev.tarn.sim.access;

import java.util.Arrays;

/** A float array that grows beside an {@link IntList}, which sees to the limit. */
final class FloatList {
    private float[] values = new float[1024];
    private int size;

    void addAll(float[] source, int count) {
        if (count > values.length - size) {
            long wanted = Math.max((long) size + count, values.length * 3L / 2);
            values = Arrays.copyOf(values, (int) Math.min(IntList.LONGEST, wanted));
        }
        System.arraycopy(source, 0, values, size, count);
        size += count;
    }

    float[] toArray() {
        return Arrays.copyOf(values, size);
    }
}
