package dev.tarn.engine.compute.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Scores of boxes, one box per lane. The larger product is that with the high end where q is positive, else with the low end. */
final class VectorBoxes {
    private static final VectorSpecies<Float> S = VectorSpec.FLOATS;
    private static final int LANES = VectorSpec.LANES;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final long STRIDE = (long) Kernels.BOXES * Float.BYTES;
    private static final long STEP = (long) LANES * Float.BYTES;

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
}
