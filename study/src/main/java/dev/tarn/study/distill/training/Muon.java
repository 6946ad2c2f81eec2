package dev.tarn.study.distill.training;

import dev.tarn.engine.compute.cpu.Kernels;

/**
 * Muon (Jordan et al. 2024): a matrix moves along its momentum with all singular values brought near 1 by five steps of a quintic
 * Newton-Schulz iteration. Belongs to one worker; its arrays are scratch.
 */
final class Muon {
    private static final float MOMENTUM = 0.95f;
    private static final int ITERATIONS = 5;
    private static final float A = 3.4445f;
    private static final float B = -4.7750f;
    private static final float C = 2.0315f;

    private final Kernels kernels;
    private final int rows;
    private final int cols;
    private final float[] x;
    private final float[] transposed;
    private final float[] moved;
    private final float[] square;
    private final float[] polynomial;

    /** For matrices of {@code rows} by {@code cols}, rows the fewer. */
    Muon(Kernels kernels, int rows, int cols) {
        this.kernels = kernels;
        this.rows = rows;
        this.cols = cols;
        this.x = new float[rows * cols];
        this.transposed = new float[rows * cols];
        this.moved = new float[rows * cols];
        this.square = new float[rows * rows];
        this.polynomial = new float[rows * rows];
    }

    /**
     * Takes one step of a matrix whose element (r, c) lies at {@code offset + r * rowStride + c * colStride} of each array.
     *
     * @param p parameters
     * @param g their gradient
     * @param factor what the gradient is multiplied by first
     * @param m momentum
     * @param rate by how much singular values change at most, about
     */
    void step(float[] p, int offset, int rowStride, int colStride, float[] g, float factor, float[] m, float rate) {
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < cols; c++) {
                int at = offset + r * rowStride + c * colStride;
                float gradient = g[at] * factor;
                m[at] = MOMENTUM * m[at] + gradient;
                x[r * cols + c] = gradient + MOMENTUM * m[at];
            }
        }
        orthogonalise();
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < cols; c++) {
                p[offset + r * rowStride + c * colStride] -= rate * x[r * cols + c];
            }
        }
    }

    private void orthogonalise() {
        float norm = (float) Math.sqrt(kernels.sumOfSquares(x, 0, x.length));
        kernels.scale(x, 0, x.length, 1 / Math.max(norm, 1e-20f));
        for (int i = 0; i < ITERATIONS; i++) {
            for (int r = 0; r < rows; r++) {
                for (int c = 0; c < cols; c++) {
                    transposed[c * rows + r] = x[r * cols + c];
                }
            }
            kernels.gemm(x, 0, cols, transposed, 0, rows, square, 0, rows, rows, cols, rows, false);
            kernels.gemm(square, 0, rows, square, 0, rows, polynomial, 0, rows, rows, rows, rows, false);
            for (int j = 0; j < square.length; j++) {
                polynomial[j] = B * square[j] + C * polynomial[j];
            }
            for (int r = 0; r < rows; r++) {
                polynomial[r * rows + r] += A;
            }
            kernels.gemm(polynomial, 0, rows, x, 0, cols, moved, 0, cols, rows, rows, cols, false);
            System.arraycopy(moved, 0, x, 0, x.length);
        }
    }
}
