package dev.tarn.engine.synthesis;

import dev.tarn.engine.format.GgufWriter;
import dev.tarn.engine.format.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Random weights of mean about 0 and a given standard deviation, made in the form in which they are stored: quants are random
 * bits, and the scale of each block makes up for their spread. Layouts are those of ggml-common.h. The same seed gives the same
 * bytes.
 */
public final class RandomWeights implements GgufWriter.Stream {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    /** Standard deviation of uniform integers of 2, 4, 5, 6 and 8 bits: √((n² - 1) / 12). */
    private static final double BITS_2 = Math.sqrt(15 / 12.0);

    private static final double BITS_3 = Math.sqrt(63 / 12.0);
    private static final double BITS_4 = Math.sqrt(255 / 12.0);
    private static final double BITS_5 = Math.sqrt(1023 / 12.0);
    private static final double BITS_6 = Math.sqrt(4095 / 12.0);
    private static final double BITS_8 = Math.sqrt(65_535 / 12.0);
    /** Root mean square of the scales 0..63. */
    private static final double SCALES_6 = Math.sqrt(63 * 127 / 6.0);
    /** Root mean square of the scales 8..15. */
    private static final double SCALES_3 = Math.sqrt((8 * 8 + 9 * 9 + 100 + 121 + 144 + 169 + 196 + 225) / 8.0);
    /** Root mean square of the codebook of IQ4. */
    private static final double CODEBOOK = 67.4;

    private final TensorType type;
    private final double sigma;
    private long state;

    /** Weights of one tensor. */
    public RandomWeights(TensorType type, double sigma, long seed) {
        this.type = type;
        this.sigma = sigma;
        this.state = seed;
    }

    /** The weights of a whole matrix. */
    public static MemorySegment matrix(
            SegmentAllocator memory, TensorType type, long rows, long cols, double sigma, long seed) {
        MemorySegment data = memory.allocate(rows * type.bytes(cols), Long.BYTES);
        new RandomWeights(type, sigma, seed).next(data);
        return data;
    }

    @Override
    public void next(MemorySegment into) {
        switch (type) {
            case F32 -> floats(into);
            case F16, BF16 -> halves(into);
            default -> {
                bits(into);
                for (long at = 0; at < into.byteSize(); at += type.blockBytes()) {
                    scale(into, at);
                }
            }
        }
    }

    private void floats(MemorySegment into) {
        for (long at = 0; at < into.byteSize(); at += Float.BYTES) {
            into.set(INT, at, Float.floatToRawIntBits(uniform()));
        }
    }

    private void halves(MemorySegment into) {
        for (long at = 0; at < into.byteSize(); at += Short.BYTES) {
            float x = uniform();
            int bits = type == TensorType.F16 ? Float.floatToFloat16(x) : Float.floatToRawIntBits(x) >>> 16;
            into.set(SHORT, at, (short) bits);
        }
    }

    /** Uniform in ±√3 σ, which has standard deviation σ. */
    private float uniform() {
        return (float) (((random() >> 11) * 0x1p-52) * Math.sqrt(3) * sigma);
    }

    private void bits(MemorySegment into) {
        long at = 0;
        for (; at + Long.BYTES <= into.byteSize(); at += Long.BYTES) {
            into.set(LONG, at, random());
        }
        for (; at < into.byteSize(); at++) {
            into.set(BYTE, at, (byte) random());
        }
    }

    /** Sets the scales of a block of random bits; offsets are chosen so that the block's mean is about 0. */
    private void scale(MemorySegment m, long at) {
        switch (type) {
            case Q4_0 -> half(m, at, sigma / BITS_4);
            case Q4_1 -> halves(m, at, sigma / BITS_4, -7.5);
            case Q5_0 -> half(m, at, sigma / BITS_5);
            case Q5_1 -> halves(m, at, sigma / BITS_5, -15.5);
            case Q8_0 -> half(m, at, sigma / BITS_8);
            case IQ4_NL -> half(m, at, sigma / CODEBOOK);
            case IQ4_XS -> half(m, at, sigma / (CODEBOOK * BITS_6));
            case Q2_K -> {
                equalNibbles(m, at, 16, 0x88);
                halves(m, at + 80, sigma / (BITS_2 * SCALES_3), 1.5);
            }
            case Q3_K -> half(m, at + 108, sigma / (BITS_3 * BITS_6));
            case Q4_K -> {
                equalScales(m, at + 4);
                halves(m, at, sigma / (BITS_4 * SCALES_6), 7.5);
            }
            case Q5_K -> {
                equalScales(m, at + 4);
                halves(m, at, sigma / (BITS_5 * SCALES_6), 15.5);
            }
            case Q6_K -> half(m, at + 208, sigma / (BITS_6 * BITS_8));
            default -> throw new IllegalArgumentException("no random weights of type " + type);
        }
    }

    private static void half(MemorySegment m, long at, double value) {
        m.set(SHORT, at, Float.floatToFloat16((float) value));
    }

    /** A scale, and after it an offset in units of the scale. */
    private static void halves(MemorySegment m, long at, double scale, double offset) {
        half(m, at, scale);
        half(m, at + Short.BYTES, scale * offset);
    }

    /** Makes the high nibble of each byte, the multiplier of the offset, equal to the low one, the scale. */
    private static void equalNibbles(MemorySegment m, long at, int count, int set) {
        for (int i = 0; i < count; i++) {
            int low = m.get(BYTE, at + i) & 15;
            m.set(BYTE, at + i, (byte) (low * 17 | set));
        }
    }

    /** The same for K-quants' twelve bytes of packed 6-bit pairs. */
    private static void equalScales(MemorySegment m, long at) {
        m.set(INT, at + 4, m.get(INT, at));
        equalNibbles(m, at + 8, 4, 0);
    }

    /** SplitMix64 (Steele, Lea and Flood 2014). */
    private long random() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
