package dev.tarn.engine.compute.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Weighted sums of values with the Vector API; see {@link CacheKernels#weigh}. Heads go four at a time through the matrix product, the
 * rest in tiles as wide as keeps enough sums in flight.
 */
final class VectorWeights {
    private static final VectorSpecies<Float> S = VectorSpec.FLOATS;
    private static final int LANES = VectorSpec.LANES;

    private VectorWeights() {}

    static void weigh(
            float[] w, int stride, int heads, float[] v, int vStride, int count, int dim, float[] out, int o) {
        int quads = heads - heads % 4;
        if (quads > 0) {
            VectorGemm.gemm(w, 0, stride, v, 0, vStride, out, o, dim, quads, count, dim, true);
        }
        int from = o + quads * dim;
        int at = quads * stride;
        switch (heads % 4) {
            case 1 -> weigh1(w, at, v, vStride, count, dim, out, from);
            case 2 -> weigh2(w, at, stride, v, vStride, count, dim, out, from);
            case 3 -> weigh3(w, at, stride, v, vStride, count, dim, out, from);
            default -> {}
        }
    }

    private static void weigh3(
            float[] w, int w0, int stride, float[] v, int vStride, int count, int dim, float[] out, int o0) {
        int w1 = w0 + stride;
        int w2 = w1 + stride;
        int o1 = o0 + dim;
        int o2 = o1 + dim;
        int end = dim - dim % (2 * LANES);
        for (int d = 0; d < end; d += 2 * LANES) {
            FloatVector a0 = FloatVector.fromArray(S, out, o0 + d);
            FloatVector b0 = FloatVector.fromArray(S, out, o0 + d + LANES);
            FloatVector a1 = FloatVector.fromArray(S, out, o1 + d);
            FloatVector b1 = FloatVector.fromArray(S, out, o1 + d + LANES);
            FloatVector a2 = FloatVector.fromArray(S, out, o2 + d);
            FloatVector b2 = FloatVector.fromArray(S, out, o2 + d + LANES);
            for (int i = 0, at = d; i < count; i++, at += vStride) {
                FloatVector a = FloatVector.fromArray(S, v, at);
                FloatVector b = FloatVector.fromArray(S, v, at + LANES);
                FloatVector x = FloatVector.broadcast(S, w[w0 + i]);
                a0 = x.fma(a, a0);
                b0 = x.fma(b, b0);
                x = FloatVector.broadcast(S, w[w1 + i]);
                a1 = x.fma(a, a1);
                b1 = x.fma(b, b1);
                x = FloatVector.broadcast(S, w[w2 + i]);
                a2 = x.fma(a, a2);
                b2 = x.fma(b, b2);
            }
            a0.intoArray(out, o0 + d);
            b0.intoArray(out, o0 + d + LANES);
            a1.intoArray(out, o1 + d);
            b1.intoArray(out, o1 + d + LANES);
            a2.intoArray(out, o2 + d);
            b2.intoArray(out, o2 + d + LANES);
        }
        narrow(w, w0, v, vStride, count, end, dim, out, o0);
        narrow(w, w1, v, vStride, count, end, dim, out, o1);
        narrow(w, w2, v, vStride, count, end, dim, out, o2);
    }

    private static void weigh2(
            float[] w, int w0, int stride, float[] v, int vStride, int count, int dim, float[] out, int o0) {
        int w1 = w0 + stride;
        int o1 = o0 + dim;
        int end = dim - dim % (4 * LANES);
        for (int d = 0; d < end; d += 4 * LANES) {
            FloatVector a0 = FloatVector.fromArray(S, out, o0 + d);
            FloatVector b0 = FloatVector.fromArray(S, out, o0 + d + LANES);
            FloatVector c0 = FloatVector.fromArray(S, out, o0 + d + 2 * LANES);
            FloatVector d0 = FloatVector.fromArray(S, out, o0 + d + 3 * LANES);
            FloatVector a1 = FloatVector.fromArray(S, out, o1 + d);
            FloatVector b1 = FloatVector.fromArray(S, out, o1 + d + LANES);
            FloatVector c1 = FloatVector.fromArray(S, out, o1 + d + 2 * LANES);
            FloatVector d1 = FloatVector.fromArray(S, out, o1 + d + 3 * LANES);
            for (int i = 0, at = d; i < count; i++, at += vStride) {
                FloatVector x = FloatVector.broadcast(S, w[w0 + i]);
                FloatVector y = FloatVector.broadcast(S, w[w1 + i]);
                FloatVector value = FloatVector.fromArray(S, v, at);
                a0 = x.fma(value, a0);
                a1 = y.fma(value, a1);
                value = FloatVector.fromArray(S, v, at + LANES);
                b0 = x.fma(value, b0);
                b1 = y.fma(value, b1);
                value = FloatVector.fromArray(S, v, at + 2 * LANES);
                c0 = x.fma(value, c0);
                c1 = y.fma(value, c1);
                value = FloatVector.fromArray(S, v, at + 3 * LANES);
                d0 = x.fma(value, d0);
                d1 = y.fma(value, d1);
            }
            a0.intoArray(out, o0 + d);
            b0.intoArray(out, o0 + d + LANES);
            c0.intoArray(out, o0 + d + 2 * LANES);
            d0.intoArray(out, o0 + d + 3 * LANES);
            a1.intoArray(out, o1 + d);
            b1.intoArray(out, o1 + d + LANES);
            c1.intoArray(out, o1 + d + 2 * LANES);
            d1.intoArray(out, o1 + d + 3 * LANES);
        }
        narrow(w, w0, v, vStride, count, end, dim, out, o0);
        narrow(w, w1, v, vStride, count, end, dim, out, o1);
    }

    private static void weigh1(float[] w, int w0, float[] v, int vStride, int count, int dim, float[] out, int o0) {
        int end = dim - dim % (4 * LANES);
        for (int d = 0; d < end; d += 4 * LANES) {
            FloatVector a = FloatVector.fromArray(S, out, o0 + d);
            FloatVector b = FloatVector.fromArray(S, out, o0 + d + LANES);
            FloatVector c = FloatVector.fromArray(S, out, o0 + d + 2 * LANES);
            FloatVector e = FloatVector.fromArray(S, out, o0 + d + 3 * LANES);
            for (int i = 0, at = d; i < count; i++, at += vStride) {
                FloatVector x = FloatVector.broadcast(S, w[w0 + i]);
                a = x.fma(FloatVector.fromArray(S, v, at), a);
                b = x.fma(FloatVector.fromArray(S, v, at + LANES), b);
                c = x.fma(FloatVector.fromArray(S, v, at + 2 * LANES), c);
                e = x.fma(FloatVector.fromArray(S, v, at + 3 * LANES), e);
            }
            a.intoArray(out, o0 + d);
            b.intoArray(out, o0 + d + LANES);
            c.intoArray(out, o0 + d + 2 * LANES);
            e.intoArray(out, o0 + d + 3 * LANES);
        }
        narrow(w, w0, v, vStride, count, end, dim, out, o0);
    }

    /** One head's dimensions from..dim-1, which fill no tile. */
    private static void narrow(
            float[] w, int w0, float[] v, int vStride, int count, int from, int dim, float[] out, int o0) {
        int end = dim - (dim - from) % LANES;
        for (int d = from; d < end; d += LANES) {
            FloatVector a = FloatVector.fromArray(S, out, o0 + d);
            for (int i = 0, at = d; i < count; i++, at += vStride) {
                a = FloatVector.broadcast(S, w[w0 + i]).fma(FloatVector.fromArray(S, v, at), a);
            }
            a.intoArray(out, o0 + d);
        }
        for (int d = end; d < dim; d++) {
            float sum = out[o0 + d];
            for (int i = 0; i < count; i++) {
                sum = Math.fma(w[w0 + i], v[i * vStride + d], sum);
            }
            out[o0 + d] = sum;
        }
    }
}
