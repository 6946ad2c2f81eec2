package dev.tarn.engine.compute.cpu;

import static dev.tarn.engine.compute.cpu.VectorNibbles.affine;
import static dev.tarn.engine.compute.cpu.VectorNibbles.first;
import static dev.tarn.engine.compute.cpu.VectorNibbles.hasSecond;
import static dev.tarn.engine.compute.cpu.VectorNibbles.nibble;
import static dev.tarn.engine.compute.cpu.VectorNibbles.scaled;
import static dev.tarn.engine.compute.cpu.VectorNibbles.second;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** {@link LegacyBlocks} with the Vector API, bit for bit. */
final class VectorLegacyBlocks {
    private static final int STEP = VectorNibbles.STEP;
    private static final int LANES = VectorSpec.LANES;
    private static final IntVector LANE = IntVector.zero(VectorSpec.INTS).addIndex(1);

    private VectorLegacyBlocks() {}

    static void q4_0(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        for (int block = 0; block < count / 32; block++) {
            long at = offset + 18L * block;
            float d = BlockDecoder.half(data, at);
            for (int j = 0; j < 16; j += STEP) {
                ByteVector bytes = VectorNibbles.load(data, at + 2 + j);
                int to = yOffset + 32 * block + j;
                centred(first(bytes), d, y, to);
                if (hasSecond()) {
                    centred(second(bytes), d, y, to + LANES);
                }
            }
        }
    }

    private static void centred(IntVector bytes, float d, float[] y, int to) {
        scaled(nibble(bytes, 0).sub(8), d, y, to);
        scaled(nibble(bytes, 4).sub(8), d, y, to + 16);
    }

    static void q4_1(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        for (int block = 0; block < count / 32; block++) {
            long at = offset + 20L * block;
            float d = BlockDecoder.half(data, at);
            float m = BlockDecoder.half(data, at + 2);
            for (int j = 0; j < 16; j += STEP) {
                ByteVector bytes = VectorNibbles.load(data, at + 4 + j);
                int to = yOffset + 32 * block + j;
                shifted(first(bytes), d, m, y, to);
                if (hasSecond()) {
                    shifted(second(bytes), d, m, y, to + LANES);
                }
            }
        }
    }

    private static void shifted(IntVector bytes, float d, float m, float[] y, int to) {
        affine(nibble(bytes, 0), d, m, y, to);
        affine(nibble(bytes, 4), d, m, y, to + 16);
    }

    static void q5_0(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        for (int block = 0; block < count / 32; block++) {
            long at = offset + 22L * block;
            float d = BlockDecoder.half(data, at);
            int fifth = data.get(LegacyBlocks.INT, at + 2);
            for (int j = 0; j < 16; j += STEP) {
                ByteVector bytes = VectorNibbles.load(data, at + 6 + j);
                int to = yOffset + 32 * block + j;
                centred5(first(bytes), fifth >>> j, d, y, to);
                if (hasSecond()) {
                    centred5(second(bytes), fifth >>> (j + LANES), d, y, to + LANES);
                }
            }
        }
    }

    private static void centred5(IntVector bytes, int fifth, float d, float[] y, int to) {
        scaled(nibble(bytes, 0).or(sixteens(fifth)).sub(16), d, y, to);
        scaled(nibble(bytes, 4).or(sixteens(fifth >>> 16)).sub(16), d, y, to + 16);
    }

    static void q5_1(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        for (int block = 0; block < count / 32; block++) {
            long at = offset + 24L * block;
            float d = BlockDecoder.half(data, at);
            float m = BlockDecoder.half(data, at + 2);
            int fifth = data.get(LegacyBlocks.INT, at + 4);
            for (int j = 0; j < 16; j += STEP) {
                ByteVector bytes = VectorNibbles.load(data, at + 8 + j);
                int to = yOffset + 32 * block + j;
                shifted5(first(bytes), fifth >>> j, d, m, y, to);
                if (hasSecond()) {
                    shifted5(second(bytes), fifth >>> (j + LANES), d, m, y, to + LANES);
                }
            }
        }
    }

    private static void shifted5(IntVector bytes, int fifth, float d, float m, float[] y, int to) {
        affine(nibble(bytes, 0).or(sixteens(fifth)), d, m, y, to);
        affine(nibble(bytes, 4).or(sixteens(fifth >>> 16)), d, m, y, to + 16);
    }

    /** 16 in the lanes whose bit of {@code fifth} is set, else 0. */
    private static IntVector sixteens(int fifth) {
        return IntVector.broadcast(VectorSpec.INTS, fifth)
                .lanewise(VectorOperators.LSHR, LANE)
                .and(1)
                .lanewise(VectorOperators.LSHL, 4);
    }
}
