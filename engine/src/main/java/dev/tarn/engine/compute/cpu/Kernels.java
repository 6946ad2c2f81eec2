package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.compute.integer.IntegerProducts;
import dev.tarn.engine.format.TensorType;
import dev.tarn.engine.kv.BlockSummaries;
import dev.tarn.engine.kv.EntryType;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The numeric loops, single-threaded, over raw arrays. Callers have checked all bounds. Implementations are stateless.
 *
 * <p>{@link #gemm} adds its products one after the other in the order of k with fused multiply-add, whatever the vector
 * length: its result is the same to the bit on every implementation and for every tiling.
 */
public interface Kernels {
    /** Boxes that {@link #boxScores} scores at a time. */
    int BOXES = BlockSummaries.PAGE;

    /** The name and vector length, for reports. */
    String describe();

    /** Bits of the vectors used; 32 where there are none. */
    int vectorBits();

    /** Products with activations in 16-bit integers, for backends that may round them; null where floats are as fast. */
    @Nullable
    IntegerProducts products();

    /** The loops over caches, of the same kind. */
    CacheKernels cache();

    /** Reads {@code count} weights of the type, from byte {@code offset} of {@code data}, to y. Whole blocks only. */
    void dequantize(TensorType type, MemorySegment data, long offset, int count, float[] y, int yOffset);

    /**
     * C += A · B or C = A · B for row-major matrices: c[i·ldc + j] (+)= Σ_k a[i·lda + k] · b[k·ldb + j].
     *
     * @param m rows of A and C
     * @param k columns of A, rows of B
     * @param n columns of B and C
     * @param accumulate whether C keeps what it holds
     */
    void gemm(
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
            boolean accumulate);

    /** y[i] = Σ_j w[i·cols + j] · x[j] for i in 0..rows-1. */
    void gemv(float[] w, int wOffset, int rows, int cols, float[] x, int xOffset, float[] y, int yOffset);

    /**
     * Lays {@code cols} activations out as {@link #gemv} with weights of the type reads them: {@link Activations#bytes} bytes from
     * the address {@code out} on.
     */
    void prepare(TensorType type, float[] x, int xOffset, int cols, long out);

    /**
     * y[i] = Σ_j w[i, j] · x[j] for {@code rows} rows of {@code cols} weights, stored one after the other as the type says from
     * {@code address} on. Sums over the columns may be split, so results agree within rounding only.
     *
     * @param address of memory that the caller has checked ({@link NativeMemory})
     * @param x address of activations as {@link #prepare} left them for this type and these columns
     * @param scratch room for {@code cols} floats and sixteen a row
     */
    void gemv(TensorType type, long address, int rows, int cols, long x, float[] scratch, float[] y, int yOffset);

    /** The largest of {@code count} values; negative infinity where there are none. */
    float max(float[] x, int offset, int count);

    /** x = exp(x - max) in place; returns the sum of what it wrote. Error below 2 ulp for arguments in -87..0. */
    float expSum(float[] x, int offset, int count, float max);

    /**
     * x *= factor in place. One form for all: the compiler makes vectors of a loop over one array, and the interpreter is no slower than it
     * must be. Of loops over several arrays at offsets of their own it makes none, since they might overlap.
     */
    default void scale(float[] x, int offset, int count, float factor) {
        for (int i = offset; i < offset + count; i++) {
            x[i] *= factor;
        }
    }

    /** x += y. */
    void add(float[] x, int xOffset, float[] y, int yOffset, int count);

    /** Σ x². */
    float sumOfSquares(float[] x, int offset, int count);

    /** y = x · factor · gain, element by element. */
    void scaleBy(float[] x, int xOffset, float factor, float[] gain, float[] y, int yOffset, int count);

    /** gate = gate / (1 + exp(-gate)) · up, element by element. */
    void swiglu(float[] gate, int gateOffset, float[] up, int upOffset, int count);

    /** gate = gate / 2 · (1 + tanh(√(2/π) · (gate + 0.044715 gate³))) · up, element by element. */
    void geglu(float[] gate, int gateOffset, float[] up, int upOffset, int count);

    /**
     * out[i] = Σ_d max(q[d] · low[d][i], q[d] · high[d][i]) for the {@value #BOXES} boxes of a page, added in the order of d with
     * fused multiply-add: the same bits on every implementation. Low and high ends lie dimension-major, one box per lane.
     *
     * @param type how the ends are stored: F32, or F16 with the boxes of a dimension in {@link dev.tarn.engine.kv.HalfOrder}
     * @param low byte offset of the low ends
     * @param high byte offset of the high ends, each at or above its low end; may be that of the low ends
     */
    void boxScores(
            EntryType type,
            float[] q,
            int qOffset,
            int dim,
            MemorySegment page,
            long low,
            long high,
            float[] out,
            int outOffset);
}
