package dev.tarn.engine.compute.integer;

import dev.tarn.engine.format.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@link IntegerProducts} as the formulas say, one number after the other. */
public final class PlainIntegerProducts implements IntegerProducts {
    static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    @Override
    public String describe() {
        return "16-bit products (plain)";
    }

    @Override
    public void prepare(TensorType type, float[] x, int offset, int cols, int tokens, int token, long out) {
        int length = type.blockLength();
        for (int block = 0; block < cols / length; block++) {
            long at = out + (long) block * RoundedLayout.stride(type, tokens);
            long integers = at + RoundedLayout.integers(type, token);
            long scales = at + RoundedLayout.scales(type, tokens, token);
            round(type, x, offset + length * block, integers, scales);
            long sums = at + RoundedLayout.sums(type, tokens, token);
            for (int piece = 0; piece < length / RoundedLayout.PIECE; piece++) {
                float low = sum(integers, piece, scales, 0);
                float high = sum(integers, piece, scales, 4);
                MEMORY.set(FLOAT, sums + 4L * piece, low + high);
                if (RoundedLayout.isSuperBlock(type)) {
                    MEMORY.set(FLOAT, sums + RoundedLayout.VECTOR + 8L * piece, low);
                    MEMORY.set(FLOAT, sums + RoundedLayout.VECTOR + 8L * piece + 4, high);
                }
            }
        }
    }

    /** Bits of magnitudes are compared, because of them NaN is the largest. */
    private static void round(TensorType type, float[] x, int offset, long integers, long scales) {
        int[] bits = new int[8];
        for (int i = 0; i < type.blockLength(); i++) {
            int lane = lane(type, i);
            bits[lane] = Math.max(bits[lane], Float.floatToRawIntBits(x[offset + i]) & Integer.MAX_VALUE);
        }
        float range = RoundedLayout.range(type);
        for (int lane = 0; lane < bits.length; lane++) {
            MEMORY.set(FLOAT, scales + 4L * lane, Float.intBitsToFloat(bits[lane]) / range);
        }
        for (int i = 0; i < type.blockLength(); i++) {
            float inverse = range / Float.intBitsToFloat(bits[lane(type, i)]);
            float factor = inverse < Float.MAX_VALUE ? inverse : Float.MAX_VALUE;
            int place =
                    i / RoundedLayout.PIECE * RoundedLayout.PIECE + RoundedLayout.place(type, i % RoundedLayout.PIECE);
            MEMORY.set(SHORT, integers + 2L * place, toShort(x[offset + i] * factor));
        }
    }

    /** The lane of activation {@code i} of a block. */
    private static int lane(TensorType type, int i) {
        return RoundedLayout.place(type, i % RoundedLayout.PIECE) % 16 / 2;
    }

    private static short toShort(float value) {
        return Math.abs(value) <= Short.MAX_VALUE + 1f
                ? (short) Math.min(Math.rint(value), Short.MAX_VALUE)
                : Short.MIN_VALUE;
    }

    /** The sum of what four lanes of a piece stand for. */
    private static float sum(long integers, int piece, long scales, int lane) {
        return (lane(integers, piece, scales, lane) + lane(integers, piece, scales, lane + 1))
                + (lane(integers, piece, scales, lane + 2) + lane(integers, piece, scales, lane + 3));
    }

    private static float lane(long integers, int piece, long scales, int lane) {
        int a = RoundedLayout.PIECE * piece + 2 * lane;
        int b = a + RoundedLayout.PIECE / 2;
        int sum = word(integers, a) + word(integers, a + 1) + word(integers, b) + word(integers, b + 1);
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

    /** Signed 16-bit integer {@code index} from an address on. */
    static int word(long at, int index) {
        return MEMORY.get(SHORT, at + 2L * index);
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
