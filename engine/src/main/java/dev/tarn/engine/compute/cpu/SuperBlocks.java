package dev.tarn.engine.compute.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Super-blocks of 256 weights: a float16 scale d (and dmin) over small integer scales of 16 or 32 weights each
 * (ggml-common.h: block_q2_K to block_q6_K). Values of fewer than eight bits are stored in planes: byte l of a run of
 * 32 bytes holds bits of the weights l, l + 32, l + 64, ….
 */
final class SuperBlocks {
    private SuperBlocks() {}

    /** 16 bytes of scales (low half) and minima (high half), 64 of two bits, d, dmin; weight = d · scale · q - dmin · min. */
    static void q2_k(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        for (int block = 0; block < count / 256; block++) {
            long at = offset + 84L * block;
            float d = BlockDecoder.half(data, at + 80);
            float dmin = BlockDecoder.half(data, at + 82);
            for (int group = 0; group < 16; group++) {
                int packed = BlockDecoder.unsigned(data, at + group);
                float scale = d * (packed & 15);
                float min = dmin * (packed >> 4);
                int to = yOffset + 256 * block + 16 * group;
                for (int l = 0; l < 16; l++) {
                    y[to + l] = scale * twoBits(data, at + 16, 16 * group + l) - min;
                }
            }
        }
    }

    /** 32 bytes of third bits, 64 of two bits, 12 of six-bit scales, d; weight = d · (scale - 32) · (q - 4). */
    static void q3_k(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        for (int block = 0; block < count / 256; block++) {
            long at = offset + 110L * block;
            float d = BlockDecoder.half(data, at + 108);
            for (int group = 0; group < 16; group++) {
                float scale = d * (q3Scale(data, at + 96, group) - 32);
                int to = yOffset + 256 * block + 16 * group;
                for (int l = 0; l < 16; l++) {
                    int i = 16 * group + l;
                    int third = (BlockDecoder.unsigned(data, at + i % 32) >> (i / 32)) & 1;
                    y[to + l] = scale * ((twoBits(data, at + 32, i) | (third << 2)) - 4);
                }
            }
        }
    }

    /** Two bits of weight i: 32 bytes hold 128 weights in four planes. */
    private static int twoBits(MemorySegment data, long at, int i) {
        return (BlockDecoder.unsigned(data, at + i / 128 * 32L + i % 32) >> (i % 128 / 32 * 2)) & 3;
    }

    /** Scale 0..15: four low bits from bytes 0..7 (low halves, then high halves), two high bits from bytes 8..11. */
    private static int q3Scale(MemorySegment data, long at, int group) {
        int low = (BlockDecoder.unsigned(data, at + group % 8) >> (group / 8 * 4)) & 15;
        int high = (BlockDecoder.unsigned(data, at + 8 + group % 4) >> (group / 4 * 2)) & 3;
        return low | (high << 4);
    }

    /** d, dmin, 12 bytes of eight scales and minima, 128 of four bits; weight = d · scale · q - dmin · min. */
    static void q4_k(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        for (int block = 0; block < count / 256; block++) {
            long at = offset + 144L * block;
            float d = BlockDecoder.half(data, at);
            float dmin = BlockDecoder.half(data, at + 2);
            for (int group = 0; group < 8; group++) {
                float scale = d * scale(data, at + 4, group);
                float min = dmin * min(data, at + 4, group);
                int to = yOffset + 256 * block + 32 * group;
                for (int l = 0; l < 32; l++) {
                    y[to + l] = scale * fourBits(data, at + 16, group, l) - min;
                }
            }
        }
    }

    /** As Q4_K, with 32 bytes of fifth bits before the 128 of four bits. */
    static void q5_k(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        for (int block = 0; block < count / 256; block++) {
            long at = offset + 176L * block;
            float d = BlockDecoder.half(data, at);
            float dmin = BlockDecoder.half(data, at + 2);
            for (int group = 0; group < 8; group++) {
                float scale = d * scale(data, at + 4, group);
                float min = dmin * min(data, at + 4, group);
                int to = yOffset + 256 * block + 32 * group;
                for (int l = 0; l < 32; l++) {
                    int fifth = (BlockDecoder.unsigned(data, at + 16 + l) >> group) & 1;
                    y[to + l] = scale * (fourBits(data, at + 48, group, l) | (fifth << 4)) - min;
                }
            }
        }
    }

    /** Four bits of weight l of group 0..7: 32 bytes hold an even group in their low halves, the next in their high ones. */
    private static int fourBits(MemorySegment data, long at, int group, int l) {
        return (BlockDecoder.unsigned(data, at + group / 2 * 32L + l) >> (group % 2 * 4)) & 15;
    }

    /** Six-bit scale of group 0..7 of Q4_K and Q5_K: the last four are split over two bytes. */
    static int scale(MemorySegment data, long at, int group) {
        if (group < 4) {
            return BlockDecoder.unsigned(data, at + group) & 63;
        }
        int low = BlockDecoder.unsigned(data, at + group + 4) & 15;
        return low | (BlockDecoder.unsigned(data, at + group - 4) >> 6 << 4);
    }

    /** Six-bit minimum of group 0..7 of Q4_K and Q5_K. */
    static int min(MemorySegment data, long at, int group) {
        if (group < 4) {
            return BlockDecoder.unsigned(data, at + group + 4) & 63;
        }
        int low = BlockDecoder.unsigned(data, at + group + 4) >> 4;
        return low | (BlockDecoder.unsigned(data, at + group) >> 6 << 4);
    }

    /** 128 bytes of four low bits, 64 of two high bits, 16 int8 scales, d; weight = d · scale · (q - 32). */
    static void q6_k(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        for (int block = 0; block < count / 256; block++) {
            long at = offset + 210L * block;
            float d = BlockDecoder.half(data, at + 208);
            for (int group = 0; group < 16; group++) {
                float scale = d * data.get(ValueLayout.JAVA_BYTE, at + 192 + group);
                int to = yOffset + 256 * block + 16 * group;
                for (int l = 0; l < 16; l++) {
                    int i = 16 * group + l;
                    int low = (BlockDecoder.unsigned(data, at + i / 128 * 64L + i % 64) >> (i % 128 / 64 * 4)) & 15;
                    y[to + l] = scale * ((low | (twoBits(data, at + 128, i) << 4)) - 32);
                }
            }
        }
    }
}
