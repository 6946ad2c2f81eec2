package dev.tarn.engine.compute.integer;

import dev.tarn.engine.format.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@link IntegerProducts} as the formulas say, one number after the other. */
public final class PlainIntegerProducts implements IntegerProducts {
    static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    /** The largest integer that an activation becomes. */
    static final float RANGE = 127;

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    @Override
    public String describe() {
        return "8-bit products (plain)";
    }

    @Override
    public void prepare(TensorType type, float[] x, int offset, int cols, int tokens, int token, long out) {
        int length = type.blockLength();
        for (int block = 0; block < cols / length; block++) {
            long at = out + (long) block * RoundedLayout.stride(type, tokens);
            long scales = at + RoundedLayout.scales(type, tokens, token);
            round(x, offset + length * block, length, at + RoundedLayout.integers(type, token), scales);
            long sums = at + RoundedLayout.sums(type, tokens, token);
            for (int piece = 0; piece < length / RoundedLayout.PIECE; piece++) {
                long integers = at + RoundedLayout.integers(type, token) + (long) RoundedLayout.PIECE * piece;
                float low = sum(integers, scales, 0);
                float high = sum(integers, scales, 4);
                MEMORY.set(FLOAT, sums + 4L * piece, low + high);
                if (RoundedLayout.isSuperBlock(type)) {
                    MEMORY.set(FLOAT, sums + RoundedLayout.VECTOR + 8L * piece, low);
                    MEMORY.set(FLOAT, sums + RoundedLayout.VECTOR + 8L * piece + 4, high);
                }
            }
        }
    }

    /** Bits of magnitudes are compared, because of them NaN is the largest. */
    private static void round(float[] x, int offset, int count, long integers, long scales) {
        for (int lane = 0; lane < 8; lane++) {
            int bits = 0;
            for (int i = 0; i < count; i++) {
                if (i % RoundedLayout.PIECE / 4 == lane) {
                    bits = Math.max(bits, Float.floatToRawIntBits(x[offset + i]) & Integer.MAX_VALUE);
                }
            }
            float largest = Float.intBitsToFloat(bits);
            float inverse = RANGE / largest < Float.MAX_VALUE ? RANGE / largest : Float.MAX_VALUE;
            MEMORY.set(FLOAT, scales + 4L * lane, largest / RANGE);
            for (int i = 0; i < count; i++) {
                if (i % RoundedLayout.PIECE / 4 == lane) {
                    MEMORY.set(BYTE, integers + i, toByte(x[offset + i] * inverse));
                }
            }
        }
    }

    private static byte toByte(float value) {
        return Math.abs(value) <= 128 ? (byte) Math.rint(value) : Byte.MIN_VALUE;
    }

    /** The sum of what four lanes stand for. */
    private static float sum(long integers, long scales, int lane) {
        return (lane(integers, scales, lane) + lane(integers, scales, lane + 1))
                + (lane(integers, scales, lane + 2) + lane(integers, scales, lane + 3));
    }

    private static float lane(long integers, long scales, int lane) {
        int sum = 0;
        for (int i = 0; i < 4; i++) {
            sum += octet(integers, 4 * lane + i);
        }
        return sum * single(scales, lane);
    }

    @Override
    public void multiply(TensorType type, long weights, int rows, int cols, int tokens, long x, long y) {
        long rowBytes = type.bytes(cols);
        for (int row = 0; row < rows; row++) {
            long w = weights + row * rowBytes;
            for (int token = 0; token < tokens; token++) {
                float sum = RoundedLayout.isSuperBlock(type)
                        ? PlainSuperBlocks.dot(type, w, cols, tokens, token, x)
                        : PlainLegacyBlocks.dot(type, w, cols, tokens, token, x);
                MEMORY.set(FLOAT, y + 4L * row * tokens + 4L * token, sum);
            }
        }
    }

    /** The order in which eight lanes are added up. */
    static float sum(float[] lanes) {
        return (lanes[0] + lanes[4] + (lanes[1] + lanes[5])) + (lanes[2] + lanes[6] + (lanes[3] + lanes[7]));
    }

    /** The signed byte {@code offset} bytes after an address. */
    static int octet(long at, int offset) {
        return MEMORY.get(BYTE, at + offset);
    }

    /** The float16 there. */
    static float half(long at, int offset) {
        return Float.float16ToFloat(MEMORY.get(SHORT, at + offset));
    }

    /** Float {@code index} from an address on. */
    static float single(long at, int index) {
        return MEMORY.get(FLOAT, at + 4L * index);
    }
}
