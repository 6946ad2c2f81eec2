package dev.tarn.engine.compute.integer;

import dev.tarn.engine.format.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@link IntegerProducts} as the formulas say, one number after the other. */
public final class PlainIntegerProducts implements IntegerProducts {
    static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    /** The largest integer that an activation becomes. */
    static final float RANGE = 127;

    @Override
    public String describe() {
        return "plain integers";
    }

    @Override
    public void prepare(TensorType type, float[] x, int offset, int cols, long out) {
        if (RoundedLayout.isSuperBlock(type)) {
            for (int group = 0; group < cols / 256; group++) {
                record(x, offset + 256 * group, out + 256L * group, out + cols + (long) RoundedLayout.RECORD * group);
            }
        } else {
            for (int group = 0; group < cols / 32; group++) {
                long pair = out + cols + (long) RoundedLayout.PAIR * group;
                float d = round(x, offset + 32 * group, 32, out + 32L * group);
                MEMORY.set(FLOAT, pair, d);
                MEMORY.set(FLOAT, pair + 4, d * sum(out + 32L * group, 32));
            }
        }
    }

    private static void record(float[] x, int offset, long integers, long record) {
        MEMORY.set(FLOAT, record, round(x, offset, 256, integers));
        for (long i = 0; i < 8; i++) {
            MEMORY.set(SHORT, record + RoundedLayout.SUMS_OF_32 + 2 * i, (short) sum(integers + 32 * i, 32));
        }
        for (long i = 0; i < 16; i++) {
            MEMORY.set(SHORT, record + RoundedLayout.SUMS_OF_16 + 2 * i, (short) sum(integers + 16 * i, 16));
        }
    }

    /** Writes the integers of a group and returns d. Bits of magnitudes are compared, because of them NaN is the largest. */
    private static float round(float[] x, int offset, int count, long out) {
        int bits = 0;
        for (int i = 0; i < count; i++) {
            bits = Math.max(bits, Float.floatToRawIntBits(x[offset + i]) & Integer.MAX_VALUE);
        }
        float largest = Float.intBitsToFloat(bits);
        float inverse = RANGE / largest < Float.MAX_VALUE ? RANGE / largest : Float.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            MEMORY.set(ValueLayout.JAVA_BYTE, out + i, toByte(x[offset + i] * inverse));
        }
        return largest / RANGE;
    }

    private static byte toByte(float value) {
        return Math.abs(value) <= 128 ? (byte) Math.rint(value) : Byte.MIN_VALUE;
    }

    private static int sum(long at, int count) {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            sum += octet(at, i);
        }
        return sum;
    }

    @Override
    public void multiply(TensorType type, long weights, int rows, int cols, long x, long y) {
        long rowBytes = type.bytes(cols);
        for (int row = 0; row < rows; row++) {
            long w = weights + row * rowBytes;
            float sum = RoundedLayout.isSuperBlock(type)
                    ? PlainSuperBlocks.dot(type, w, cols, x)
                    : PlainLegacyBlocks.dot(type, w, cols, x);
            MEMORY.set(FLOAT, y + 4L * row, sum);
        }
    }

    /** The order in which eight lanes are added up, each of the lower four together with what {@code beside} has for it. */
    static float sum(float[] lanes, float[] beside) {
        float[] s = new float[4];
        for (int i = 0; i < 4; i++) {
            s[i] = lanes[i] + lanes[i + 4] + beside[i];
        }
        return (s[0] + s[1]) + (s[2] + s[3]);
    }

    /** The signed byte {@code offset} bytes after an address. */
    static int octet(long at, int offset) {
        return MEMORY.get(ValueLayout.JAVA_BYTE, at + offset);
    }

    /** The float16 there. */
    static float half(long at, int offset) {
        return Float.float16ToFloat(MEMORY.get(SHORT, at + offset));
    }
}
