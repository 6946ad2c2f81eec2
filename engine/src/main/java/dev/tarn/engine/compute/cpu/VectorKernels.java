package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.compute.exponential.ExpKernels;
import dev.tarn.engine.compute.integer.IntegerProducts;
import dev.tarn.engine.format.TensorType;
import dev.tarn.engine.kv.EntryType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/** The kernels with the Vector API, at any of the lengths of {@link VectorSpec}. */
public final class VectorKernels implements Kernels {
    private static final VectorSpecies<Float> S = VectorSpec.FLOATS;
    private static final int LANES = VectorSpec.LANES;
    /** Whether vectors are long enough for the kernels of super-blocks, which take 256 bits. */
    private static final boolean PLANES = LANES >= 8;

    private final CacheKernels cache = new VectorCacheKernels();
    private final @Nullable IntegerProducts products;
    private final ExpKernels exp;

    /** Kernels of the Vector API only. */
    public VectorKernels() {
        this(null, null);
    }

    /** Kernels with products of another kind where activations may be rounded, and with other loops over e^x; null for none. */
    VectorKernels(@Nullable IntegerProducts products, @Nullable ExpKernels exp) {
        this.products = products;
        this.exp = exp == null ? new VectorExp() : exp;
    }

    @Override
    public String describe() {
        // What is summed by eight has other bits than sums of longer or shorter vectors.
        return "vector " + S.vectorBitSize() + " bit"
                + (LANES == 8 || exp instanceof VectorExp ? "" : ", e^x by eight");
    }

    @Override
    public @Nullable IntegerProducts products() {
        return products;
    }

    @Override
    public int vectorBits() {
        return S.vectorBitSize();
    }

    @Override
    public CacheKernels cache() {
        return cache;
    }

    @Override
    public void dequantize(TensorType type, MemorySegment data, long offset, int count, float[] y, int yOffset) {
        switch (type) {
            case F16 -> VectorDecoder.float16(data, offset, count, y, yOffset);
            case BF16 -> VectorDecoder.bfloat16(data, offset, count, y, yOffset);
            case Q8_0 -> VectorDecoder.q8_0(data, offset, count, y, yOffset);
            case Q4_0 -> VectorLegacyBlocks.q4_0(data, offset, count, y, yOffset);
            case Q4_1 -> VectorLegacyBlocks.q4_1(data, offset, count, y, yOffset);
            case Q5_0 -> VectorLegacyBlocks.q5_0(data, offset, count, y, yOffset);
            case Q5_1 -> VectorLegacyBlocks.q5_1(data, offset, count, y, yOffset);
            case Q4_K -> VectorSuperBlocks.q4_k(data, offset, count, y, yOffset);
            case Q5_K -> VectorSuperBlocks.q5_k(data, offset, count, y, yOffset);
            case Q6_K -> VectorSuperBlocks.q6_k(data, offset, count, y, yOffset);
            default -> BlockDecoder.of(type).decode(data, offset, count, y, yOffset);
        }
    }

    @Override
    public void gemm(
            float[] a,
            int aOffset,
            int lda,
            float[] b,
            int bOffset,
            int ldb,
            float[] c,
            int cOffset,
            int ldc,
            int m,
            int k,
            int n,
            boolean accumulate) {
        VectorGemm.gemm(a, aOffset, lda, b, bOffset, ldb, c, cOffset, ldc, m, k, n, accumulate);
    }

    @Override
    public void gemv(float[] w, int wOffset, int rows, int cols, float[] x, int xOffset, float[] y, int yOffset) {
        VectorGemm.gemv(w, wOffset, rows, cols, x, xOffset, y, yOffset);
    }

    @Override
    public void prepare(TensorType type, float[] x, int xOffset, int cols, long out) {
        if (inWords(type, cols) && type != TensorType.Q8_0) {
            Activations.inPairs(type, x, xOffset, cols, out);
        } else if (inWords(type, cols) || (PLANES && isSuperBlock(type))) {
            Activations.inPlanes(type, x, xOffset, cols, out);
        } else {
            Activations.inOrder(type, x, xOffset, cols, out);
        }
    }

    /** Whether integers are taken out of words, which needs vectors of just the length that blocks fill. */
    private static boolean inWords(TensorType type, int cols) {
        return LANES == 8 && VectorWordGemv.takes(type, cols);
    }

    private static boolean isSuperBlock(TensorType type) {
        return switch (type) {
            case Q2_K, Q3_K, Q4_K, Q5_K, Q6_K -> true;
            default -> false;
        };
    }

    @Override
    public void gemv(
            TensorType type, long address, int rows, int cols, long x, float[] scratch, float[] y, int yOffset) {
        if (inWords(type, cols)) {
            VectorWordGemv.multiply(type, address, rows, cols, x, scratch, y, yOffset);
            return;
        }
        if (!PLANES && isSuperBlock(type)) {
            gemvByFloats(type, address, rows, cols, x, scratch, y, yOffset);
            return;
        }
        switch (type) {
            case F32 -> VectorFloatGemv.float32(address, rows, cols, x, scratch, y, yOffset);
            case F16 -> VectorFloatGemv.float16(address, rows, cols, x, scratch, y, yOffset);
            case BF16 -> VectorFloatGemv.bfloat16(address, rows, cols, x, scratch, y, yOffset);
            case Q8_0 -> VectorFloatGemv.q8_0(address, rows, cols, x, scratch, y, yOffset);
            case Q4_0 -> VectorLegacyGemv.q4_0(address, rows, cols, x, scratch, y, yOffset);
            case Q4_1 -> VectorLegacyGemv.q4_1(address, rows, cols, x, scratch, y, yOffset);
            case Q5_0 -> VectorLegacyGemv.q5_0(address, rows, cols, x, scratch, y, yOffset);
            case Q5_1 -> VectorLegacyGemv.q5_1(address, rows, cols, x, scratch, y, yOffset);
            case Q2_K -> VectorQuarterGemv.q2_k(address, rows, cols, x, scratch, y, yOffset);
            case Q3_K -> VectorQuarterGemv.q3_k(address, rows, cols, x, scratch, y, yOffset);
            case Q4_K, Q5_K -> VectorScaleMinGemv.multiply(type, address, rows, cols, x, scratch, y, yOffset);
            case Q6_K -> VectorSixBitGemv.multiply(address, rows, cols, x, scratch, y, yOffset);
            case IQ4_NL -> VectorCodebookGemv.iq4_nl(address, rows, cols, x, scratch, y, yOffset);
            case IQ4_XS -> VectorCodebookGemv.iq4_xs(address, rows, cols, x, scratch, y, yOffset);
            default -> throw new IllegalArgumentException("weights of type " + type);
        }
    }

    /** For vectors too short for the kernels of super-blocks: each row as floats first. */
    private void gemvByFloats(
            TensorType type, long address, int rows, int cols, long x, float[] scratch, float[] y, int yOffset) {
        long rowBytes = (long) cols / type.blockLength() * type.blockBytes();
        for (int i = 0; i < rows; i++) {
            dequantize(type, NativeMemory.ALL, address + i * rowBytes, cols, scratch, 0);
            FloatVector sum = FloatVector.zero(S);
            for (int j = 0; j < cols; j += LANES) {
                sum = FloatVector.fromMemorySegment(S, NativeMemory.ALL, x + 4L * j, ByteOrder.LITTLE_ENDIAN)
                        .fma(FloatVector.fromArray(S, scratch, j), sum);
            }
            y[yOffset + i] = VectorSpec.sum(sum);
        }
    }

    @Override
    public float max(float[] x, int offset, int count) {
        FloatVector max = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
        int end = offset + count - count % LANES;
        for (int i = offset; i < end; i += LANES) {
            max = max.max(FloatVector.fromArray(S, x, i));
        }
        float result = max.reduceLanes(VectorOperators.MAX);
        for (int i = end; i < offset + count; i++) {
            result = Math.max(result, x[i]);
        }
        return result;
    }

    @Override
    public float expSum(float[] x, int offset, int count, float max) {
        return exp.expSum(x, offset, count, max);
    }

    @Override
    public void add(float[] x, int xOffset, float[] y, int yOffset, int count) {
        int end = count - count % LANES;
        for (int i = 0; i < end; i += LANES) {
            FloatVector.fromArray(S, x, xOffset + i)
                    .add(FloatVector.fromArray(S, y, yOffset + i))
                    .intoArray(x, xOffset + i);
        }
        for (int i = end; i < count; i++) {
            x[xOffset + i] += y[yOffset + i];
        }
    }

    @Override
    public void scaleBy(float[] x, int xOffset, float factor, float[] gain, float[] y, int yOffset, int count) {
        int end = count - count % LANES;
        for (int i = 0; i < end; i += LANES) {
            FloatVector.fromArray(S, x, xOffset + i)
                    .mul(factor)
                    .mul(FloatVector.fromArray(S, gain, i))
                    .intoArray(y, yOffset + i);
        }
        for (int i = end; i < count; i++) {
            y[yOffset + i] = x[xOffset + i] * factor * gain[i];
        }
    }

    @Override
    public float sumOfSquares(float[] x, int offset, int count) {
        return VectorGemm.dot(x, offset, x, offset, count);
    }

    @Override
    public void swiglu(float[] gate, int gateOffset, float[] up, int upOffset, int count) {
        exp.swiglu(gate, gateOffset, up, upOffset, count);
    }

    @Override
    public void geglu(float[] gate, int gateOffset, float[] up, int upOffset, int count) {
        exp.geglu(gate, gateOffset, up, upOffset, count);
    }

    @Override
    public void boxScores(
            EntryType type,
            float[] q,
            int qOffset,
            int dim,
            MemorySegment page,
            long low,
            long high,
            float[] out,
            int outOffset) {
        switch (type) {
            case F32 -> VectorBoxes.scores(q, qOffset, dim, page, low, high, out, outOffset);
            case F16 -> VectorBoxes.halfScores(q, qOffset, dim, page, low, high, out, outOffset);
            case Q8 -> throw new IllegalArgumentException("boxes are not stored as q8");
        }
    }
}
