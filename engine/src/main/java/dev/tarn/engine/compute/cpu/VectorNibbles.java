package dev.tarn.engine.compute.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** What the vector decoders of packed integers share: bytes to lanes of ints, and ints to scaled floats. */
final class VectorNibbles {
    /** Bytes that one load takes: at most 16, so that it never reads past a block's 16 bytes. */
    static final int STEP = VectorSpec.BYTES.length();

    private static final VectorSpecies<Float> S = VectorSpec.FLOATS;
    private static final VectorSpecies<Integer> INTS = VectorSpec.INTS;
    private static final int LANES = VectorSpec.LANES;

    private VectorNibbles() {}

    /** {@link #STEP} bytes. */
    static ByteVector load(MemorySegment data, long offset) {
        return ByteVector.fromMemorySegment(VectorSpec.BYTES, data, offset, ByteOrder.LITTLE_ENDIAN);
    }

    /** The first lanes of {@code bytes} as 0..255. */
    static IntVector first(ByteVector bytes) {
        return (IntVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
    }

    /** The lanes that follow those of {@link #first}, where a load takes more bytes than a vector has ints. */
    static IntVector second(ByteVector bytes) {
        return (IntVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 1);
    }

    /** Whether a load takes more bytes than a vector has ints. */
    static boolean hasSecond() {
        return STEP > LANES;
    }

    /** Bits {@code shift} to {@code shift + 3}, for a shift of 0 or 4. */
    static IntVector nibble(IntVector bytes, int shift) {
        return bytes.lanewise(VectorOperators.LSHR, shift).and(15);
    }

    /** y = q · scale. */
    static void scaled(IntVector q, float scale, float[] y, int to) {
        floats(q).mul(scale).intoArray(y, to);
    }

    /** y = q · scale + offset, rounded after each operation. */
    static void affine(IntVector q, float scale, float offset, float[] y, int to) {
        floats(q).mul(scale).add(offset).intoArray(y, to);
    }

    private static FloatVector floats(IntVector q) {
        return (FloatVector) q.convertShape(VectorOperators.I2F, S, 0);
    }
}
