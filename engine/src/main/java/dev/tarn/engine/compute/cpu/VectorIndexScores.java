package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.kv.KvCache;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Lightning indexer scores with the Vector API, one token in each lane. Each load and widening of keys serves four heads, each load of a
 * query two vectors of tokens; scores of the heads before lie in the output.
 */
final class VectorIndexScores {
    private static final VectorSpecies<Float> S = VectorSpec.FLOATS;
    private static final VectorSpecies<Byte> BYTES = VectorSpec.BYTES;
    private static final int LANES = VectorSpec.LANES;
    private static final boolean NARROW = BYTES.length() > LANES;
    private static final int BLOCK = KvCache.BLOCK;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private VectorIndexScores() {}

    static void floats(
            MemorySegment block,
            int dim,
            float[] q,
            int qOffset,
            int heads,
            float[] w,
            int wOffset,
            float[] out,
            int outOffset) {
        int quads = heads - heads % 4;
        for (int s = 0; s < BLOCK; s += 2 * LANES) {
            FloatVector.zero(S).intoArray(out, outOffset + s);
            FloatVector.zero(S).intoArray(out, outOffset + s + LANES);
            for (int j = 0; j < quads; j += 4) {
                floats4(block, dim, s, q, qOffset + j * dim, w, wOffset + j, out, outOffset + s);
            }
            for (int j = quads; j < heads; j++) {
                floats1(block, dim, s, q, qOffset + j * dim, w[wOffset + j], out, outOffset + s);
            }
        }
    }

    private static void floats4(
            MemorySegment block, int dim, int s, float[] q, int q0, float[] w, int w0, float[] out, int o) {
        int q1 = q0 + dim;
        int q2 = q1 + dim;
        int q3 = q2 + dim;
        FloatVector a0 = FloatVector.zero(S);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector b2 = a0;
        FloatVector b3 = a0;
        for (int d = 0; d < dim; d++) {
            long at = 4L * (d * BLOCK + s);
            FloatVector a = FloatVector.fromMemorySegment(S, block, at, ORDER);
            FloatVector b = FloatVector.fromMemorySegment(S, block, at + 4L * LANES, ORDER);
            FloatVector x = FloatVector.broadcast(S, q[q0 + d]);
            a0 = x.fma(a, a0);
            b0 = x.fma(b, b0);
            x = FloatVector.broadcast(S, q[q1 + d]);
            a1 = x.fma(a, a1);
            b1 = x.fma(b, b1);
            x = FloatVector.broadcast(S, q[q2 + d]);
            a2 = x.fma(a, a2);
            b2 = x.fma(b, b2);
            x = FloatVector.broadcast(S, q[q3 + d]);
            a3 = x.fma(a, a3);
            b3 = x.fma(b, b3);
        }
        FloatVector w0v = FloatVector.broadcast(S, w[w0]);
        FloatVector w1v = FloatVector.broadcast(S, w[w0 + 1]);
        FloatVector w2v = FloatVector.broadcast(S, w[w0 + 2]);
        FloatVector w3v = FloatVector.broadcast(S, w[w0 + 3]);
        FloatVector sum = w0v.fma(a0.max(0f), FloatVector.fromArray(S, out, o));
        sum = w1v.fma(a1.max(0f), sum);
        sum = w2v.fma(a2.max(0f), sum);
        w3v.fma(a3.max(0f), sum).intoArray(out, o);
        sum = w0v.fma(b0.max(0f), FloatVector.fromArray(S, out, o + LANES));
        sum = w1v.fma(b1.max(0f), sum);
        sum = w2v.fma(b2.max(0f), sum);
        w3v.fma(b3.max(0f), sum).intoArray(out, o + LANES);
    }

    private static void floats1(MemorySegment block, int dim, int s, float[] q, int q0, float w, float[] out, int o) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector b0 = a0;
        for (int d = 0; d < dim; d++) {
            long at = 4L * (d * BLOCK + s);
            FloatVector x = FloatVector.broadcast(S, q[q0 + d]);
            a0 = x.fma(FloatVector.fromMemorySegment(S, block, at, ORDER), a0);
            b0 = x.fma(FloatVector.fromMemorySegment(S, block, at + 4L * LANES, ORDER), b0);
        }
        FloatVector weight = FloatVector.broadcast(S, w);
        weight.fma(a0.max(0f), FloatVector.fromArray(S, out, o)).intoArray(out, o);
        weight.fma(b0.max(0f), FloatVector.fromArray(S, out, o + LANES)).intoArray(out, o + LANES);
    }

    static void bytes(
            MemorySegment block,
            int dim,
            float[] q,
            int qOffset,
            int heads,
            float[] w,
            int wOffset,
            float[] out,
            int outOffset) {
        int quads = heads - heads % 4;
        for (int s = 0; s < BLOCK; s += 2 * LANES) {
            int o = outOffset + s;
            FloatVector.zero(S).intoArray(out, o);
            FloatVector.zero(S).intoArray(out, o + LANES);
            for (int j = 0; j < quads; j += 4) {
                bytes4(block, dim, s, q, qOffset + j * dim, w, wOffset + j, out, o);
            }
            for (int j = quads; j < heads; j++) {
                bytes1(block, dim, s, q, qOffset + j * dim, w[wOffset + j], out, o);
            }
            long scales = (long) dim * BLOCK + 4L * s;
            FloatVector.fromArray(S, out, o)
                    .mul(FloatVector.fromMemorySegment(S, block, scales, ORDER))
                    .intoArray(out, o);
            FloatVector.fromArray(S, out, o + LANES)
                    .mul(FloatVector.fromMemorySegment(S, block, scales + 4L * LANES, ORDER))
                    .intoArray(out, o + LANES);
        }
    }

    private static void bytes4(
            MemorySegment block, int dim, int s, float[] q, int q0, float[] w, int w0, float[] out, int o) {
        int q1 = q0 + dim;
        int q2 = q1 + dim;
        int q3 = q2 + dim;
        FloatVector a0 = FloatVector.zero(S);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector b2 = a0;
        FloatVector b3 = a0;
        for (int d = 0; d < dim; d++) {
            long at = (long) d * BLOCK + s;
            ByteVector first = ByteVector.fromMemorySegment(BYTES, block, at, ORDER);
            FloatVector a = (FloatVector) first.castShape(S, 0);
            FloatVector b = NARROW
                    ? (FloatVector) first.castShape(S, 1)
                    : (FloatVector) ByteVector.fromMemorySegment(BYTES, block, at + LANES, ORDER)
                            .castShape(S, 0);
            FloatVector x = FloatVector.broadcast(S, q[q0 + d]);
            a0 = x.fma(a, a0);
            b0 = x.fma(b, b0);
            x = FloatVector.broadcast(S, q[q1 + d]);
            a1 = x.fma(a, a1);
            b1 = x.fma(b, b1);
            x = FloatVector.broadcast(S, q[q2 + d]);
            a2 = x.fma(a, a2);
            b2 = x.fma(b, b2);
            x = FloatVector.broadcast(S, q[q3 + d]);
            a3 = x.fma(a, a3);
            b3 = x.fma(b, b3);
        }
        FloatVector w0v = FloatVector.broadcast(S, w[w0]);
        FloatVector w1v = FloatVector.broadcast(S, w[w0 + 1]);
        FloatVector w2v = FloatVector.broadcast(S, w[w0 + 2]);
        FloatVector w3v = FloatVector.broadcast(S, w[w0 + 3]);
        FloatVector sum = w0v.fma(a0.max(0f), FloatVector.fromArray(S, out, o));
        sum = w1v.fma(a1.max(0f), sum);
        sum = w2v.fma(a2.max(0f), sum);
        w3v.fma(a3.max(0f), sum).intoArray(out, o);
        sum = w0v.fma(b0.max(0f), FloatVector.fromArray(S, out, o + LANES));
        sum = w1v.fma(b1.max(0f), sum);
        sum = w2v.fma(b2.max(0f), sum);
        w3v.fma(b3.max(0f), sum).intoArray(out, o + LANES);
    }

    private static void bytes1(MemorySegment block, int dim, int s, float[] q, int q0, float w, float[] out, int o) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector b0 = a0;
        for (int d = 0; d < dim; d++) {
            long at = (long) d * BLOCK + s;
            ByteVector first = ByteVector.fromMemorySegment(BYTES, block, at, ORDER);
            FloatVector b = NARROW
                    ? (FloatVector) first.castShape(S, 1)
                    : (FloatVector) ByteVector.fromMemorySegment(BYTES, block, at + LANES, ORDER)
                            .castShape(S, 0);
            FloatVector x = FloatVector.broadcast(S, q[q0 + d]);
            a0 = x.fma((FloatVector) first.castShape(S, 0), a0);
            b0 = x.fma(b, b0);
        }
        FloatVector weight = FloatVector.broadcast(S, w);
        weight.fma(a0.max(0f), FloatVector.fromArray(S, out, o)).intoArray(out, o);
        weight.fma(b0.max(0f), FloatVector.fromArray(S, out, o + LANES)).intoArray(out, o + LANES);
    }
}
