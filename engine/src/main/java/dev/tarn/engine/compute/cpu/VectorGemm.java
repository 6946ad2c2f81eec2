package dev.tarn.engine.compute.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Matrix products with the Vector API. One vector lane is one column of C, so that each element of C is summed in the order of
 * k. Tiles of 4 rows by 4 vectors (2 where vectors are short and registers are few) keep the sums in registers; each load of B
 * then serves 4 rows, each load of A 4 vectors.
 */
final class VectorGemm {
    private static final VectorSpecies<Float> S = VectorSpec.FLOATS;
    private static final int LANES = VectorSpec.LANES;
    private static final int WIDE = LANES >= 16 ? 4 * LANES : 2 * LANES;

    private VectorGemm() {}

    static void gemm(
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
        int wideEnd = n - n % WIDE;
        int lanesEnd = n - n % LANES;
        for (int j = 0; j < wideEnd; j += WIDE) {
            int i = 0;
            for (; i + 4 <= m; i += 4) {
                int at = aOffset + i * lda;
                int ct = cOffset + i * ldc + j;
                if (LANES >= 16) {
                    tile4x4(a, at, lda, b, bOffset + j, ldb, c, ct, ldc, k, accumulate);
                } else {
                    tile4x2(a, at, lda, b, bOffset + j, ldb, c, ct, ldc, k, accumulate);
                }
            }
            for (; i < m; i++) {
                for (int l = 0; l < WIDE; l += 2 * LANES) {
                    int ct = cOffset + i * ldc + j + l;
                    tile1x2(a, aOffset + i * lda, b, bOffset + j + l, ldb, c, ct, k, accumulate);
                }
            }
        }
        for (int i = 0; i < m; i++) {
            for (int j = wideEnd; j < lanesEnd; j += LANES) {
                tile1x1(a, aOffset + i * lda, b, bOffset + j, ldb, c, cOffset + i * ldc + j, k, accumulate);
            }
            for (int j = lanesEnd; j < n; j++) {
                element(a, aOffset + i * lda, b, bOffset + j, ldb, c, cOffset + i * ldc + j, k, accumulate);
            }
        }
    }

    private static FloatVector start(float[] c, int at, boolean accumulate) {
        return accumulate ? FloatVector.fromArray(S, c, at) : FloatVector.zero(S);
    }

    private static void tile4x4(
            float[] a,
            int a0,
            int lda,
            float[] b,
            int b0,
            int ldb,
            float[] c,
            int c0,
            int ldc,
            int k,
            boolean accumulate) {
        int a1 = a0 + lda;
        int a2 = a1 + lda;
        int a3 = a2 + lda;
        int c1 = c0 + ldc;
        int c2 = c1 + ldc;
        int c3 = c2 + ldc;
        FloatVector s00 = start(c, c0, accumulate);
        FloatVector s01 = start(c, c0 + LANES, accumulate);
        FloatVector s02 = start(c, c0 + 2 * LANES, accumulate);
        FloatVector s03 = start(c, c0 + 3 * LANES, accumulate);
        FloatVector s10 = start(c, c1, accumulate);
        FloatVector s11 = start(c, c1 + LANES, accumulate);
        FloatVector s12 = start(c, c1 + 2 * LANES, accumulate);
        FloatVector s13 = start(c, c1 + 3 * LANES, accumulate);
        FloatVector s20 = start(c, c2, accumulate);
        FloatVector s21 = start(c, c2 + LANES, accumulate);
        FloatVector s22 = start(c, c2 + 2 * LANES, accumulate);
        FloatVector s23 = start(c, c2 + 3 * LANES, accumulate);
        FloatVector s30 = start(c, c3, accumulate);
        FloatVector s31 = start(c, c3 + LANES, accumulate);
        FloatVector s32 = start(c, c3 + 2 * LANES, accumulate);
        FloatVector s33 = start(c, c3 + 3 * LANES, accumulate);
        for (int l = 0, bl = b0; l < k; l++, bl += ldb) {
            FloatVector v0 = FloatVector.fromArray(S, b, bl);
            FloatVector v1 = FloatVector.fromArray(S, b, bl + LANES);
            FloatVector v2 = FloatVector.fromArray(S, b, bl + 2 * LANES);
            FloatVector v3 = FloatVector.fromArray(S, b, bl + 3 * LANES);
            FloatVector w = FloatVector.broadcast(S, a[a0 + l]);
            s00 = w.fma(v0, s00);
            s01 = w.fma(v1, s01);
            s02 = w.fma(v2, s02);
            s03 = w.fma(v3, s03);
            w = FloatVector.broadcast(S, a[a1 + l]);
            s10 = w.fma(v0, s10);
            s11 = w.fma(v1, s11);
            s12 = w.fma(v2, s12);
            s13 = w.fma(v3, s13);
            w = FloatVector.broadcast(S, a[a2 + l]);
            s20 = w.fma(v0, s20);
            s21 = w.fma(v1, s21);
            s22 = w.fma(v2, s22);
            s23 = w.fma(v3, s23);
            w = FloatVector.broadcast(S, a[a3 + l]);
            s30 = w.fma(v0, s30);
            s31 = w.fma(v1, s31);
            s32 = w.fma(v2, s32);
            s33 = w.fma(v3, s33);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + LANES);
        s02.intoArray(c, c0 + 2 * LANES);
        s03.intoArray(c, c0 + 3 * LANES);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + LANES);
        s12.intoArray(c, c1 + 2 * LANES);
        s13.intoArray(c, c1 + 3 * LANES);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + LANES);
        s22.intoArray(c, c2 + 2 * LANES);
        s23.intoArray(c, c2 + 3 * LANES);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + LANES);
        s32.intoArray(c, c3 + 2 * LANES);
        s33.intoArray(c, c3 + 3 * LANES);
    }

    private static void tile4x2(
            float[] a,
            int a0,
            int lda,
            float[] b,
            int b0,
            int ldb,
            float[] c,
            int c0,
            int ldc,
            int k,
            boolean accumulate) {
        int a1 = a0 + lda;
        int a2 = a1 + lda;
        int a3 = a2 + lda;
        int c1 = c0 + ldc;
        int c2 = c1 + ldc;
        int c3 = c2 + ldc;
        FloatVector s00 = start(c, c0, accumulate);
        FloatVector s01 = start(c, c0 + LANES, accumulate);
        FloatVector s10 = start(c, c1, accumulate);
        FloatVector s11 = start(c, c1 + LANES, accumulate);
        FloatVector s20 = start(c, c2, accumulate);
        FloatVector s21 = start(c, c2 + LANES, accumulate);
        FloatVector s30 = start(c, c3, accumulate);
        FloatVector s31 = start(c, c3 + LANES, accumulate);
        for (int l = 0, bl = b0; l < k; l++, bl += ldb) {
            FloatVector v0 = FloatVector.fromArray(S, b, bl);
            FloatVector v1 = FloatVector.fromArray(S, b, bl + LANES);
            FloatVector w = FloatVector.broadcast(S, a[a0 + l]);
            s00 = w.fma(v0, s00);
            s01 = w.fma(v1, s01);
            w = FloatVector.broadcast(S, a[a1 + l]);
            s10 = w.fma(v0, s10);
            s11 = w.fma(v1, s11);
            w = FloatVector.broadcast(S, a[a2 + l]);
            s20 = w.fma(v0, s20);
            s21 = w.fma(v1, s21);
            w = FloatVector.broadcast(S, a[a3 + l]);
            s30 = w.fma(v0, s30);
            s31 = w.fma(v1, s31);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + LANES);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + LANES);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + LANES);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + LANES);
    }

    private static void tile1x2(
            float[] a, int a0, float[] b, int b0, int ldb, float[] c, int c0, int k, boolean accumulate) {
        FloatVector s0 = start(c, c0, accumulate);
        FloatVector s1 = start(c, c0 + LANES, accumulate);
        for (int l = 0, bl = b0; l < k; l++, bl += ldb) {
            FloatVector w = FloatVector.broadcast(S, a[a0 + l]);
            s0 = w.fma(FloatVector.fromArray(S, b, bl), s0);
            s1 = w.fma(FloatVector.fromArray(S, b, bl + LANES), s1);
        }
        s0.intoArray(c, c0);
        s1.intoArray(c, c0 + LANES);
    }

    private static void tile1x1(
            float[] a, int a0, float[] b, int b0, int ldb, float[] c, int c0, int k, boolean accumulate) {
        FloatVector s = start(c, c0, accumulate);
        for (int l = 0, bl = b0; l < k; l++, bl += ldb) {
            s = FloatVector.broadcast(S, a[a0 + l]).fma(FloatVector.fromArray(S, b, bl), s);
        }
        s.intoArray(c, c0);
    }

    private static void element(
            float[] a, int a0, float[] b, int b0, int ldb, float[] c, int c0, int k, boolean accumulate) {
        float s = accumulate ? c[c0] : 0;
        for (int l = 0, bl = b0; l < k; l++, bl += ldb) {
            s = Math.fma(a[a0 + l], b[bl], s);
        }
        c[c0] = s;
    }

    /** y[i] = w_i · x with one lane per 1/LANES of the columns, four rows at a time. */
    static void gemv(float[] w, int wOffset, int rows, int cols, float[] x, int xOffset, float[] y, int yOffset) {
        int i = 0;
        for (; i + 4 <= rows; i += 4) {
            gemv4(w, wOffset + i * cols, cols, x, xOffset, y, yOffset + i);
        }
        for (; i < rows; i++) {
            y[yOffset + i] = dot(w, wOffset + i * cols, x, xOffset, cols);
        }
    }

    private static void gemv4(float[] w, int w0, int cols, float[] x, int x0, float[] y, int y0) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int end = cols - cols % LANES;
        for (int j = 0; j < end; j += LANES) {
            FloatVector v = FloatVector.fromArray(S, x, x0 + j);
            s0 = v.fma(FloatVector.fromArray(S, w, w0 + j), s0);
            s1 = v.fma(FloatVector.fromArray(S, w, w0 + cols + j), s1);
            s2 = v.fma(FloatVector.fromArray(S, w, w0 + 2 * cols + j), s2);
            s3 = v.fma(FloatVector.fromArray(S, w, w0 + 3 * cols + j), s3);
        }
        float t0 = VectorSpec.sum(s0);
        float t1 = VectorSpec.sum(s1);
        float t2 = VectorSpec.sum(s2);
        float t3 = VectorSpec.sum(s3);
        for (int j = end; j < cols; j++) {
            float v = x[x0 + j];
            t0 = Math.fma(v, w[w0 + j], t0);
            t1 = Math.fma(v, w[w0 + cols + j], t1);
            t2 = Math.fma(v, w[w0 + 2 * cols + j], t2);
            t3 = Math.fma(v, w[w0 + 3 * cols + j], t3);
        }
        y[y0] = t0;
        y[y0 + 1] = t1;
        y[y0 + 2] = t2;
        y[y0 + 3] = t3;
    }

    static float dot(float[] w, int w0, float[] x, int x0, int count) {
        FloatVector s = FloatVector.zero(S);
        int end = count - count % LANES;
        for (int j = 0; j < end; j += LANES) {
            s = FloatVector.fromArray(S, x, x0 + j).fma(FloatVector.fromArray(S, w, w0 + j), s);
        }
        float sum = VectorSpec.sum(s);
        for (int j = end; j < count; j++) {
            sum = Math.fma(x[x0 + j], w[w0 + j], sum);
        }
        return sum;
    }
}
