package dev.tarn.engine.compute.cpu;

import static dev.tarn.engine.compute.cpu.VectorNibbles.affine;
import static dev.tarn.engine.compute.cpu.VectorNibbles.first;
import static dev.tarn.engine.compute.cpu.VectorNibbles.hasSecond;
import static dev.tarn.engine.compute.cpu.VectorNibbles.load;
import static dev.tarn.engine.compute.cpu.VectorNibbles.nibble;
import static dev.tarn.engine.compute.cpu.VectorNibbles.scaled;
import static dev.tarn.engine.compute.cpu.VectorNibbles.second;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** The types of {@link SuperBlocks} that models are mostly made of, with the Vector API, bit for bit. */
final class VectorSuperBlocks {
    private static final int STEP = VectorNibbles.STEP;
    private static final int LANES = VectorSpec.LANES;

    private VectorSuperBlocks() {}

    static void q4_k(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        for (int block = 0; block < count / 256; block++) {
            long at = offset + 144L * block;
            float d = BlockDecoder.half(data, at);
            float dmin = BlockDecoder.half(data, at + 2);
            for (int group = 0; group < 8; group++) {
                float scale = d * SuperBlocks.scale(data, at + 4, group);
                float min = -(dmin * SuperBlocks.min(data, at + 4, group));
                int to = yOffset + 256 * block + 32 * group;
                int shift = group % 2 * 4;
                for (int l = 0; l < 32; l += STEP) {
                    ByteVector bytes = load(data, at + 16 + group / 2 * 32L + l);
                    affine(nibble(first(bytes), shift), scale, min, y, to + l);
                    if (hasSecond()) {
                        affine(nibble(second(bytes), shift), scale, min, y, to + l + LANES);
                    }
                }
            }
        }
    }

    static void q5_k(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        for (int block = 0; block < count / 256; block++) {
            long at = offset + 176L * block;
            float d = BlockDecoder.half(data, at);
            float dmin = BlockDecoder.half(data, at + 2);
            for (int group = 0; group < 8; group++) {
                float scale = d * SuperBlocks.scale(data, at + 4, group);
                float min = -(dmin * SuperBlocks.min(data, at + 4, group));
                int to = yOffset + 256 * block + 32 * group;
                int shift = group % 2 * 4;
                for (int l = 0; l < 32; l += STEP) {
                    ByteVector fifth = load(data, at + 16 + l);
                    ByteVector bytes = load(data, at + 48 + group / 2 * 32L + l);
                    affine(fiveBits(first(bytes), first(fifth), shift, group), scale, min, y, to + l);
                    if (hasSecond()) {
                        affine(fiveBits(second(bytes), second(fifth), shift, group), scale, min, y, to + l + LANES);
                    }
                }
            }
        }
    }

    private static IntVector fiveBits(IntVector bytes, IntVector fifth, int shift, int group) {
        return nibble(bytes, shift)
                .or(fifth.lanewise(VectorOperators.LSHR, group).and(1).lanewise(VectorOperators.LSHL, 4));
    }

    static void q6_k(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        for (int block = 0; block < count / 256; block++) {
            long at = offset + 210L * block;
            float d = BlockDecoder.half(data, at + 208);
            for (int group = 0; group < 16; group++) {
                float scale = d * data.get(ValueLayout.JAVA_BYTE, at + 192 + group);
                int i = 16 * group;
                int to = yOffset + 256 * block + i;
                long low = at + i / 128 * 64L + i % 64;
                long high = at + 128 + i / 128 * 32L + i % 32;
                int shift = i % 128 / 64 * 4;
                int highShift = i % 128 / 32 * 2;
                for (int l = 0; l < 16; l += STEP) {
                    ByteVector bytes = load(data, low + l);
                    ByteVector tops = load(data, high + l);
                    scaled(sixBits(first(bytes), first(tops), shift, highShift), scale, y, to + l);
                    if (hasSecond()) {
                        scaled(sixBits(second(bytes), second(tops), shift, highShift), scale, y, to + l + LANES);
                    }
                }
            }
        }
    }

    private static IntVector sixBits(IntVector bytes, IntVector tops, int shift, int topShift) {
        return nibble(bytes, shift)
                .or(tops.lanewise(VectorOperators.LSHR, topShift).and(3).lanewise(VectorOperators.LSHL, 4))
                .sub(32);
    }
}
