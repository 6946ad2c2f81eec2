package dev.tarn.engine.compute.cpu;

import java.lang.foreign.MemorySegment;

/**
 * Blocks whose four bits choose one of sixteen unevenly spaced values, denser near zero (ggml-common.h: block_iq4_nl,
 * block_iq4_xs, kvalues_iq4nl). Within 16 bytes weight j lies in the low half of byte j, weight j + 16 in its high half.
 */
final class CodebookBlocks {
    static final byte[] VALUES = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

    private CodebookBlocks() {}

    /** 32 weights: a float16 d, 16 bytes; weight = d · value. */
    static void iq4_nl(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        for (int block = 0; block < count / 32; block++) {
            long at = offset + 18L * block;
            group(data, at + 2, BlockDecoder.half(data, at), y, yOffset + 32 * block);
        }
    }

    /**
     * 256 weights in eight groups of 32: a float16 d, 16 bits of two high scale bits, 4 bytes of four low ones, 128 bytes;
     * weight = d · (scale - 32) · value.
     */
    static void iq4_xs(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        for (int block = 0; block < count / 256; block++) {
            long at = offset + 136L * block;
            float d = BlockDecoder.half(data, at);
            int high = data.get(BlockDecoder.SHORT, at + 2);
            for (int g = 0; g < 8; g++) {
                int low = (BlockDecoder.unsigned(data, at + 4 + g / 2) >> (g % 2 * 4)) & 15;
                float scale = d * ((low | (((high >> (2 * g)) & 3) << 4)) - 32);
                group(data, at + 8 + 16L * g, scale, y, yOffset + 256 * block + 32 * g);
            }
        }
    }

    private static void group(MemorySegment data, long at, float scale, float[] y, int to) {
        for (int j = 0; j < 16; j++) {
            int pair = BlockDecoder.unsigned(data, at + j);
            y[to + j] = scale * VALUES[pair & 15];
            y[to + j + 16] = scale * VALUES[pair >> 4];
        }
    }
}
