package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.kv.HalfOrder;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Scores of boxes, one box per lane. The larger product is that with the high end where q is positive, else with the low end. */
final class VectorBoxes {
    private static final VectorSpecies<Float> S = VectorSpec.FLOATS;
    private static final VectorSpecies<Integer> INTS = VectorSpec.INTS;
    private static final int LANES = VectorSpec.LANES;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final long STRIDE = (long) Kernels.BOXES * Float.BYTES;
    private static final long STEP = (long) LANES * Float.BYTES;
    private static final long HALF_STRIDE = (long) Kernels.BOXES * Short.BYTES;
    private static final long RUN_BYTES = (long) HalfOrder.RUN * Short.BYTES;
    /** Lanes between a pair's two numbers. */
    private static final int APART = HalfOrder.RUN / 2;

    private VectorBoxes() {}

    static void scores(
            float[] q, int qOffset, int dim, MemorySegment page, long low, long high, float[] out, int outOffset) {
        for (int i = 0; i < Kernels.BOXES; i += 4 * LANES) {
            FloatVector s0 = FloatVector.zero(S);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            long at = (long) i * Float.BYTES;
            for (int d = 0; d < dim; d++, at += STRIDE) {
                float x = q[qOffset + d];
                FloatVector v = FloatVector.broadcast(S, x);
                long end = at + (x > 0 ? high : low);
                s0 = FloatVector.fromMemorySegment(S, page, end, ORDER).fma(v, s0);
                s1 = FloatVector.fromMemorySegment(S, page, end + STEP, ORDER).fma(v, s1);
                s2 = FloatVector.fromMemorySegment(S, page, end + 2 * STEP, ORDER)
                        .fma(v, s2);
                s3 = FloatVector.fromMemorySegment(S, page, end + 3 * STEP, ORDER)
                        .fma(v, s3);
            }
            s0.intoArray(out, outOffset + i);
            s1.intoArray(out, outOffset + i + LANES);
            s2.intoArray(out, outOffset + i + 2 * LANES);
            s3.intoArray(out, outOffset + i + 3 * LANES);
        }
    }

    /** The same of ends in half precision: two runs of boxes at a time, widened as {@link VectorEntries#halves} does. */
    static void halfScores(
            float[] q, int qOffset, int dim, MemorySegment page, long low, long high, float[] out, int outOffset) {
        for (int i = 0; i < Kernels.BOXES; i += 2 * HalfOrder.RUN) {
            for (int j = 0; j < APART; j += LANES) {
                FloatVector s0 = FloatVector.zero(S);
                FloatVector s1 = s0;
                FloatVector s2 = s0;
                FloatVector s3 = s0;
                long at = (long) i * Short.BYTES + (long) j * Integer.BYTES;
                for (int d = 0; d < dim; d++, at += HALF_STRIDE) {
                    float x = q[qOffset + d];
                    FloatVector v = FloatVector.broadcast(S, x);
                    long end = at + (x > 0 ? high : low);
                    IntVector first = IntVector.fromMemorySegment(INTS, page, end, ORDER);
                    IntVector second = IntVector.fromMemorySegment(INTS, page, end + RUN_BYTES, ORDER);
                    s0 = first.lanewise(VectorOperators.LSHL, 16)
                            .lanewise(VectorOperators.ASHR, 3)
                            .and(VectorEntries.FIELDS)
                            .reinterpretAsFloats()
                            .mul(VectorEntries.REBIAS)
                            .fma(v, s0);
                    s1 = first.lanewise(VectorOperators.ASHR, 3)
                            .and(VectorEntries.FIELDS)
                            .reinterpretAsFloats()
                            .mul(VectorEntries.REBIAS)
                            .fma(v, s1);
                    s2 = second.lanewise(VectorOperators.LSHL, 16)
                            .lanewise(VectorOperators.ASHR, 3)
                            .and(VectorEntries.FIELDS)
                            .reinterpretAsFloats()
                            .mul(VectorEntries.REBIAS)
                            .fma(v, s2);
                    s3 = second.lanewise(VectorOperators.ASHR, 3)
                            .and(VectorEntries.FIELDS)
                            .reinterpretAsFloats()
                            .mul(VectorEntries.REBIAS)
                            .fma(v, s3);
                }
                int to = outOffset + i + j;
                s0.intoArray(out, to);
                s1.intoArray(out, to + APART);
                s2.intoArray(out, to + HalfOrder.RUN);
                s3.intoArray(out, to + HalfOrder.RUN + APART);
            }
        }
    }
}
