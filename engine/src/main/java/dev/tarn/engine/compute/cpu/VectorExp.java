package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.compute.exponential.ExpConstants;
import dev.tarn.engine.compute.exponential.ExpKernels;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link ExpKernels} with the Vector API. Lane-wise arithmetic only, since the result of {@code lanewise(EXP)} depends on the library that
 * the JVM finds and on whether the method is compiled.
 */
final class VectorExp implements ExpKernels {
    private static final VectorSpecies<Float> S = VectorSpec.FLOATS;
    private static final int LANES = VectorSpec.LANES;

    private static final FloatVector C7 = coefficient(7);
    private static final FloatVector C6 = coefficient(6);
    private static final FloatVector C5 = coefficient(5);
    private static final FloatVector C4 = coefficient(4);
    private static final FloatVector C3 = coefficient(3);
    private static final FloatVector C2 = coefficient(2);

    private static FloatVector coefficient(int power) {
        return FloatVector.broadcast(S, ExpConstants.coefficient(power));
    }

    /** e^x, lane by lane; 0 below -87.3, at most e^88.3. */
    static FloatVector exp(FloatVector argument) {
        VectorMask<Float> vanishing = argument.compare(VectorOperators.LT, ExpConstants.LOWEST);
        FloatVector x = argument.max(ExpConstants.LOWEST).min(ExpConstants.HIGHEST);
        FloatVector shifted =
                x.fma(FloatVector.broadcast(S, ExpConstants.LOG2_E), FloatVector.broadcast(S, ExpConstants.ROUND));
        FloatVector n = shifted.sub(ExpConstants.ROUND);
        FloatVector r = n.fma(FloatVector.broadcast(S, -ExpConstants.LN2_HIGH), x);
        r = n.fma(FloatVector.broadcast(S, -ExpConstants.LN2_LOW), r);
        FloatVector p = r.fma(C7, C6);
        p = p.fma(r, C5);
        p = p.fma(r, C4);
        p = p.fma(r, C3);
        p = p.fma(r, C2);
        p = p.fma(r.mul(r), r.add(1f));
        IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
        FloatVector result = p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
        return result.blend(0f, vanishing);
    }

    @Override
    public float expSum(float[] x, int offset, int count, float max) {
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

    @Override
    public void swiglu(float[] gate, int gateOffset, float[] up, int upOffset, int count) {
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

    @Override
    public void geglu(float[] gate, int gateOffset, float[] up, int upOffset, int count) {
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
        FloatVector cubic = x.mul(x)
                .fma(
                        FloatVector.broadcast(S, ExpConstants.GELU_CUBIC),
                        FloatVector.broadcast(S, ExpConstants.GELU_SLOPE));
        return x.div(exp(x.mul(cubic).neg()).add(1f));
    }
}
