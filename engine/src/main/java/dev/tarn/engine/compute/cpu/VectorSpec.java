package dev.tarn.engine.compute.cpu;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shapes that the fast kernels use: the machine's preferred one, or that of the system property
 * {@code tarn.vector.bits} (128, 256 or 512), which tests set to run every width that the machine has.
 */
final class VectorSpec {
    static final VectorSpecies<Float> FLOATS = floats();

    /** Floats in a vector: 4, 8 or 16. */
    static final int LANES = FLOATS.length();

    static final VectorSpecies<Integer> INTS = IntVector.SPECIES_128.withShape(FLOATS.vectorShape());

    /** As many shorts as a vector has floats. */
    static final VectorSpecies<Short> SHORTS =
            ShortVector.SPECIES_64.withShape(VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));

    /** As many bytes as a vector has floats; twice as many where that would be under 64 bits. */
    static final VectorSpecies<Byte> BYTES =
            ByteVector.SPECIES_64.withShape(VectorShape.forBitSize(Math.max(64, FLOATS.vectorBitSize() / 4)));

    static final VectorShuffle<Float> SWAP_8 = swap(8);
    static final VectorShuffle<Float> SWAP_4 = swap(4);
    static final VectorShuffle<Float> SWAP_2 = swap(2);
    static final VectorShuffle<Float> SWAP_1 = swap(1);

    private VectorSpec() {}

    private static VectorSpecies<Float> floats() {
        int preferred = Math.clamp(FloatVector.SPECIES_PREFERRED.vectorBitSize(), 128, 512);
        int bits = Integer.getInteger("tarn.vector.bits", preferred);
        if (bits != 128 && bits != 256 && bits != 512) {
            throw new IllegalArgumentException("tarn.vector.bits is " + bits + ": set 128, 256 or 512");
        }
        return FloatVector.SPECIES_128.withShape(VectorShape.forBitSize(bits));
    }

    private static VectorShuffle<Float> swap(int distance) {
        return VectorShuffle.fromOp(FLOATS, lane -> (lane ^ distance) % FLOATS.length());
    }

    /**
     * The sum of all lanes, halves first. Lane-wise adds in a fixed order, since the order of {@code reduceLanes} may change
     * when a method is compiled.
     */
    static float sum(FloatVector v) {
        FloatVector sum = v;
        if (LANES >= 16) {
            sum = sum.add(sum.rearrange(SWAP_8));
        }
        if (LANES >= 8) {
            sum = sum.add(sum.rearrange(SWAP_4));
        }
        sum = sum.add(sum.rearrange(SWAP_2));
        sum = sum.add(sum.rearrange(SWAP_1));
        return sum.lane(0);
    }

    /** Each value in eight lanes, for {@link IntVector#fromArray}: the compiler keeps what it does not take for a constant. */
    static int[] masks(int... values) {
        int[] masks = new int[8 * values.length];
        for (int i = 0; i < masks.length; i++) {
            masks[i] = values[i / 8];
        }
        return masks;
    }

    /**
     * y[i] = factor times the sum of the i-th {@code width} numbers, in the order of {@link #sum} with vectors of that width; the numbers are
     * used up.
     */
    static void sumRows(float[] lanes, int width, int rows, float factor, float[] y, int yOffset) {
        for (int row = 0; row < rows; row++) {
            int at = width * row;
            for (int half = width / 2; half > 0; half /= 2) {
                for (int i = at; i < at + half; i++) {
                    lanes[i] += lanes[i + half];
                }
            }
            y[yOffset + row] = lanes[at] * factor;
        }
    }
}
