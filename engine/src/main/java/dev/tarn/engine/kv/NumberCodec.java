package dev.tarn.engine.kv;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Writes and reads the numbers of one key or value in the form of an {@link EntryType}. */
final class NumberCodec {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final float LARGEST_HALF = 65504f;
    private static final float SMALLEST_NORMAL_HALF = 0x1p-14f;

    private NumberCodec() {}

    static void write(EntryType type, float[] x, int from, int count, MemorySegment to, long at) {
        switch (type) {
            case F32 -> MemorySegment.copy(x, from, to, FLOAT, at, count);
            case F16 -> writeHalves(x, from, count, to, at);
            case Q8 -> writeBytes(x, from, count, to, at);
        }
    }

    /**
     * Reads the first {@code count} numbers of a vector.
     *
     * @param dim numbers of the whole vector
     */
    static void read(EntryType type, MemorySegment from, long at, int dim, float[] x, int to, int count) {
        switch (type) {
            case F32 -> MemorySegment.copy(from, FLOAT, at, x, to, count);
            case F16 -> {
                for (int i = 0; i < count; i++) {
                    x[to + i] =
                            Float.float16ToFloat(from.get(SHORT, at + (long) Short.BYTES * HalfOrder.place(i, dim)));
                }
            }
            case Q8 -> {
                float scale = from.get(FLOAT, at + dim);
                for (int i = 0; i < count; i++) {
                    x[to + i] = from.get(BYTE, at + i) * scale;
                }
            }
        }
    }

    /**
     * Writes number {@code i} of a vector of {@code dim} numbers in a form whose numbers stand for themselves.
     *
     * @throws IllegalArgumentException for Q8, whose scale is the whole vector's
     */
    static void writeOne(EntryType type, float x, MemorySegment to, long at, int dim, int i) {
        switch (type) {
            case F32 -> to.set(FLOAT, at + (long) Float.BYTES * i, x);
            case F16 -> to.set(SHORT, at + (long) Short.BYTES * HalfOrder.place(i, dim), half(x));
            case Q8 -> throw new IllegalArgumentException("a number of q8 is not written alone");
        }
    }

    /** In {@link HalfOrder}, a pair at a time. */
    private static void writeHalves(float[] x, int from, int count, MemorySegment to, long at) {
        int runs = count - count % HalfOrder.RUN;
        for (int begin = 0; begin < runs; begin += HalfOrder.RUN) {
            for (int j = 0; j < HalfOrder.RUN / 2; j++) {
                int low = half(x[from + begin + j]) & 0xffff;
                int high = half(x[from + begin + j + HalfOrder.RUN / 2]) << 16;
                to.set(INT, at + (long) Short.BYTES * begin + (long) Integer.BYTES * j, low | high);
            }
        }
        for (int i = runs; i < count; i++) {
            to.set(SHORT, at + (long) Short.BYTES * i, half(x[from + i]));
        }
    }

    /** The nearest half that is normal or zero; NaN stays NaN. */
    static short half(float x) {
        float flushed = Math.abs(x) < SMALLEST_NORMAL_HALF ? 0 : x;
        return Float.floatToFloat16(Math.max(-LARGEST_HALF, Math.min(LARGEST_HALF, flushed)));
    }

    private static void writeBytes(float[] x, int from, int count, MemorySegment to, long at) {
        float scale = scale(x, from, count);
        float inverse = scale == 0 ? 0 : 1 / scale;
        for (int i = 0; i < count; i++) {
            to.set(BYTE, at + i, quantised(x[from + i], inverse));
        }
        to.set(FLOAT, at + count, scale);
    }

    /** What 127 stands for 127 times; NaN where a number is. */
    static float scale(float[] x, int from, int count) {
        float largest = 0;
        for (int i = from; i < from + count; i++) {
            largest = Math.max(largest, Math.abs(x[i]));
        }
        return largest / Byte.MAX_VALUE;
    }

    static byte quantised(float x, float inverse) {
        return (byte) Math.clamp((long) Math.rint(x * inverse), -Byte.MAX_VALUE, Byte.MAX_VALUE);
    }
}
