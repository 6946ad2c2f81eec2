package dev.tarn.engine.compute.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * e^x by range reduction to |r| <= ln2 / 2 and a polynomial of degree 6 (Cephes expf). Lane-wise arithmetic only, since the
 * result of {@code lanewise(EXP)} depends on the library that the JVM finds and on whether the method is compiled.
 */
final class VectorExp {
    private static final VectorSpecies<Float> S = VectorSpec.FLOATS;
    private static final int LANES = VectorSpec.LANES;
    private static final float LOG2_E = 1.442695f;
    private static final float LN2_HIGH = 0x1.63p-1f;
    private static final float LN2_LOW = -0x1.bd0106p-13f;
    private static final float LOWEST = -87.3f;
    private static final float HIGHEST = 88.3f;
    /** 1.5 · 2^23: adding it leaves the nearest integer in the low bits of the mantissa. */
    private static final float ROUND = 12582912f;

    /** 2 √(2/π), and that times 0.044715. */
    private static final float GELU_SLOPE = (float) 1.5957691216057308;

    private static final float GELU_CUBIC = (float) 0.07135481627260025;

    private VectorExp() {}

    /** e^x, lane by lane; 0 below -87.3, at most e^88.3. */
    static FloatVector exp(FloatVector argument) {
        VectorMask<Float> vanishing = argument.compare(VectorOperators.LT, LOWEST);
        FloatVector x = argument.max(LOWEST).min(HIGHEST);
        FloatVector shifted = x.fma(FloatVector.broadcast(S, LOG2_E), FloatVector.broadcast(S, ROUND));
        FloatVector n = shifted.sub(ROUND);
        FloatVector r = n.fma(FloatVector.broadcast(S, -LN2_HIGH), x);
        r = n.fma(FloatVector.broadcast(S, -LN2_LOW), r);
        FloatVector p = r.fma(FloatVector.broadcast(S, 1.9875691e-4f), FloatVector.broadcast(S, 1.3981999e-3f));
        p = p.fma(r, FloatVector.broadcast(S, 8.333452e-3f));
        p = p.fma(r, FloatVector.broadcast(S, 4.1665796e-2f));
        p = p.fma(r, FloatVector.broadcast(S, 1.6666666e-1f));
        p = p.fma(r, FloatVector.broadcast(S, 5.0e-1f));
        p = p.fma(r.mul(r), r.add(1f));
        IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
        FloatVector result = p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
        return result.blend(0f, vanishing);
    }

    static float expSum(float[] x, int offset, int count, float max) {
        FloatVector sum = FloatVector.zero(S);
        int end = offset + count - count % LANES;
        for (int i = offset; i < end; i += LANES) {
            FloatVector e = exp(FloatVector.fromArray(S, x, i).sub(max));
            e.intoArray(x, i);
            sum = sum.add(e);
        }
        if (count % LANES != 0) {
            VectorMask<Float> tail = S.indexInRange(0, count % LANES);
            FloatVector e = exp(FloatVector.fromArray(S, x, end, tail).sub(max));
            e.intoArray(x, end, tail);
            sum = sum.add(e, tail);
        }
        return VectorSpec.sum(sum);
    }

    static void swiglu(float[] gate, int gateOffset, float[] up, int upOffset, int count) {
        int end = count - count % LANES;
        for (int i = 0; i < end; i += LANES) {
            FloatVector g = FloatVector.fromArray(S, gate, gateOffset + i);
            FloatVector u = FloatVector.fromArray(S, up, upOffset + i);
            g.div(exp(g.neg()).add(1f)).mul(u).intoArray(gate, gateOffset + i);
        }
        if (end < count) {
            VectorMask<Float> tail = S.indexInRange(end, count);
            FloatVector g = FloatVector.fromArray(S, gate, gateOffset + end, tail);
            FloatVector u = FloatVector.fromArray(S, up, upOffset + end, tail);
            g.div(exp(g.neg()).add(1f)).mul(u).intoArray(gate, gateOffset + end, tail);
        }
    }

    static void geglu(float[] gate, int gateOffset, float[] up, int upOffset, int count) {
        int end = count - count % LANES;
        for (int i = 0; i < end; i += LANES) {
            FloatVector g = FloatVector.fromArray(S, gate, gateOffset + i);
            FloatVector u = FloatVector.fromArray(S, up, upOffset + i);
            gelu(g).mul(u).intoArray(gate, gateOffset + i);
        }
        if (end < count) {
            VectorMask<Float> tail = S.indexInRange(end, count);
            FloatVector g = FloatVector.fromArray(S, gate, gateOffset + end, tail);
            FloatVector u = FloatVector.fromArray(S, up, upOffset + end, tail);
            gelu(g).mul(u).intoArray(gate, gateOffset + end, tail);
        }
    }

    /** x / 2 · (1 + tanh(y)) = x / (1 + e^(-2y)) with y = √(2/π) · (x + 0.044715 x³). */
    private static FloatVector gelu(FloatVector x) {
        FloatVector cubic = x.mul(x).fma(FloatVector.broadcast(S, GELU_CUBIC), FloatVector.broadcast(S, GELU_SLOPE));
        return x.div(exp(x.mul(cubic).neg()).add(1f));
    }
}
