package dev.tarn.engine.compute.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Blocks of 32 weights with one float16 scale d and, in the types that end in 1, one float16 minimum m. Four bits q of
 * weight j lie in the low half of byte j, those of weight j + 16 in its high half; the types of five bits keep the fifth
 * of weight j in bit j of a 32-bit word before them (ggml-common.h: block_q4_0, block_q4_1, block_q5_0, block_q5_1).
 */
final class LegacyBlocks {
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private LegacyBlocks() {}

    /** Weight = d · (q - 8). */
    static void q4_0(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        for (int block = 0; block < count / 32; block++) {
            long at = offset + 18L * block;
            int to = yOffset + 32 * block;
            float d = BlockDecoder.half(data, at);
            for (int j = 0; j < 16; j++) {
                int pair = BlockDecoder.unsigned(data, at + 2 + j);
                y[to + j] = d * ((pair & 15) - 8);
                y[to + j + 16] = d * ((pair >> 4) - 8);
            }
        }
    }

    /** Weight = d · q + m. */
    static void q4_1(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        for (int block = 0; block < count / 32; block++) {
            long at = offset + 20L * block;
            int to = yOffset + 32 * block;
            float d = BlockDecoder.half(data, at);
            float m = BlockDecoder.half(data, at + 2);
            for (int j = 0; j < 16; j++) {
                int pair = BlockDecoder.unsigned(data, at + 4 + j);
                y[to + j] = d * (pair & 15) + m;
                y[to + j + 16] = d * (pair >> 4) + m;
            }
        }
    }

    /** Weight = d · (q - 16). */
    static void q5_0(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        for (int block = 0; block < count / 32; block++) {
            long at = offset + 22L * block;
            int to = yOffset + 32 * block;
            float d = BlockDecoder.half(data, at);
            int fifth = data.get(INT, at + 2);
            for (int j = 0; j < 16; j++) {
                int pair = BlockDecoder.unsigned(data, at + 6 + j);
                y[to + j] = d * (((pair & 15) | (((fifth >>> j) & 1) << 4)) - 16);
                y[to + j + 16] = d * (((pair >> 4) | (((fifth >>> (j + 16)) & 1) << 4)) - 16);
            }
        }
    }

    /** Weight = d · q + m. */
    static void q5_1(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        for (int block = 0; block < count / 32; block++) {
            long at = offset + 24L * block;
            int to = yOffset + 32 * block;
            float d = BlockDecoder.half(data, at);
            float m = BlockDecoder.half(data, at + 2);
            int fifth = data.get(INT, at + 4);
            for (int j = 0; j < 16; j++) {
                int pair = BlockDecoder.unsigned(data, at + 8 + j);
                y[to + j] = d * ((pair & 15) | (((fifth >>> j) & 1) << 4)) + m;
                y[to + j + 16] = d * ((pair >> 4) | (((fifth >>> (j + 16)) & 1) << 4)) + m;
            }
        }
    }
}
