package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.compute.integer.IntegerProducts;
import dev.tarn.engine.compute.integer.PlainIntegerProducts;
import dev.tarn.engine.format.TensorType;
import dev.tarn.engine.kv.EntryType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Each kernel as its formula reads: what the fast kernels are held against, and what runs without the Vector API. */
public final class PlainKernels implements Kernels {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

    private final CacheKernels cache = new PlainCacheKernels();
    private final IntegerProducts products = new PlainIntegerProducts();

    @Override
    public String describe() {
        return "plain";
    }

    @Override
    public int vectorBits() {
        return Float.SIZE;
    }

    @Override
    public IntegerProducts products() {
        return products;
    }

    @Override
    public CacheKernels cache() {
        return cache;
    }

    @Override
    public void dequantize(TensorType type, MemorySegment data, long offset, int count, float[] y, int yOffset) {
        BlockDecoder.of(type).decode(data, offset, count, y, yOffset);
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
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                float sum = accumulate ? c[cOffset + i * ldc + j] : 0;
                for (int l = 0; l < k; l++) {
                    sum = Math.fma(a[aOffset + i * lda + l], b[bOffset + l * ldb + j], sum);
                }
                c[cOffset + i * ldc + j] = sum;
            }
        }
    }

    @Override
    public void gemv(float[] w, int wOffset, int rows, int cols, float[] x, int xOffset, float[] y, int yOffset) {
        for (int i = 0; i < rows; i++) {
            float sum = 0;
            for (int j = 0; j < cols; j++) {
                sum = Math.fma(w[wOffset + i * cols + j], x[xOffset + j], sum);
            }
            y[yOffset + i] = sum;
        }
    }

    @Override
    public void prepare(TensorType type, float[] x, int xOffset, int cols, long out) {
        MemorySegment.copy(x, xOffset, NativeMemory.ALL, FLOAT, out, cols);
    }

    @Override
    public void gemv(
            TensorType type, long address, int rows, int cols, long x, float[] scratch, float[] y, int yOffset) {
        BlockDecoder decoder = BlockDecoder.of(type);
        long rowBytes = (long) cols / type.blockLength() * type.blockBytes();
        for (int i = 0; i < rows; i++) {
            decoder.decode(NativeMemory.ALL, address + i * rowBytes, cols, scratch, 0);
            float sum = 0;
            for (int j = 0; j < cols; j++) {
                sum = Math.fma(scratch[j], NativeMemory.ALL.get(FLOAT, x + 4L * j), sum);
            }
            y[yOffset + i] = sum;
        }
    }

    @Override
    public float max(float[] x, int offset, int count) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            max = Math.max(max, x[offset + i]);
        }
        return max;
    }

    @Override
    public float expSum(float[] x, int offset, int count, float max) {
        float sum = 0;
        for (int i = offset; i < offset + count; i++) {
            x[i] = (float) Math.exp(x[i] - max);
            sum += x[i];
        }
        return sum;
    }

    @Override
    public void add(float[] x, int xOffset, float[] y, int yOffset, int count) {
        for (int i = 0; i < count; i++) {
            x[xOffset + i] += y[yOffset + i];
        }
    }

    @Override
    public void scaleBy(float[] x, int xOffset, float factor, float[] gain, float[] y, int yOffset, int count) {
        for (int i = 0; i < count; i++) {
            y[yOffset + i] = x[xOffset + i] * factor * gain[i];
        }
    }

    @Override
    public float sumOfSquares(float[] x, int offset, int count) {
        float sum = 0;
        for (int i = offset; i < offset + count; i++) {
            sum = Math.fma(x[i], x[i], sum);
        }
        return sum;
    }

    @Override
    public void swiglu(float[] gate, int gateOffset, float[] up, int upOffset, int count) {
        for (int i = 0; i < count; i++) {
            float g = gate[gateOffset + i];
            gate[gateOffset + i] = g / (1 + (float) Math.exp(-g)) * up[upOffset + i];
        }
    }

    @Override
    public void geglu(float[] gate, int gateOffset, float[] up, int upOffset, int count) {
        double slope = Math.sqrt(2 / Math.PI);
        for (int i = 0; i < count; i++) {
            double g = gate[gateOffset + i];
            double gelu = g / 2 * (1 + Math.tanh(slope * (g + 0.044715 * g * g * g)));
            gate[gateOffset + i] = (float) gelu * up[upOffset + i];
        }
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
        for (int i = 0; i < BOXES; i++) {
            float sum = 0;
            for (int d = 0; d < dim; d++) {
                float x = q[qOffset + d];
                long row = (x > 0 ? high : low) + d * type.bytes(BOXES);
                sum = Math.fma(x, PlainCacheKernels.number(type, page, row, BOXES, i), sum);
            }
            out[outOffset + i] = sum;
        }
    }
}
