package dev.tarn.study.distill.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.engine.compute.cpu.KernelProvider;
import dev.tarn.engine.compute.cpu.Kernels;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps along gradients whose singular values and vectors are known. */
class MuonTest {
    private static final Kernels KERNELS = KernelProvider.select();
    private static final float RATE = 0.5f;

    /** Orthonormal rows by Gram and Schmidt. */
    private static double[][] orthonormal(Random random, int count, int dim) {
        double[][] rows = new double[count][dim];
        for (int i = 0; i < count; i++) {
            rows[i] = random.doubles(dim, -1, 1).toArray();
            for (int j = 0; j < i; j++) {
                double along = dot(rows[i], rows[j]);
                for (int d = 0; d < dim; d++) {
                    rows[i][d] -= along * rows[j][d];
                }
            }
            double norm = Math.sqrt(dot(rows[i], rows[i]));
            rows[i] = Arrays.stream(rows[i]).map(x -> x / norm).toArray();
        }
        return rows;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    @ParameterizedTest(name = "{0} by {1}, offset {2}, strides {3} and {4}, seed {5}")
    @CsvSource({"3, 5, 0, 5, 1, 1", "3, 5, 2, 1, 7, 2", "8, 24, 1, 24, 1, 3", "17, 33, 5, 1, 40, 4"})
    void step_alongAGradient_keepsItsSingularVectorsAndEvensItsSingularValues(
            int rows, int cols, int offset, int rowStride, int colStride, long seed) {
        Random random = new Random(seed);
        double[][] left = orthonormal(random, rows, rows);
        double[][] right = orthonormal(random, rows, cols);
        float[] gradient = new float[offset + rows * rowStride + cols * colStride];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < cols; c++) {
                double element = 0;
                for (int i = 0; i < rows; i++) {
                    element += (1 + 9.0 * i / rows) * left[i][r] * right[i][c];
                }
                gradient[offset + r * rowStride + c * colStride] = (float) element;
            }
        }
        float[] p = new float[gradient.length];

        new Muon(KERNELS, rows, cols).step(p, offset, rowStride, colStride, gradient, 1e-3f, new float[p.length], RATE);

        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < rows; j++) {
                double between = 0;
                for (int r = 0; r < rows; r++) {
                    for (int c = 0; c < cols; c++) {
                        between += left[i][r] * p[offset + r * rowStride + c * colStride] * right[j][c];
                    }
                }
                if (i == j) {
                    assertThat(between / -RATE).isBetween(0.6, 1.3);
                } else {
                    assertThat(Math.abs(between)).isLessThan(1e-4);
                }
            }
        }
        for (int at = 0; at < p.length; at++) {
            assertThat(p[at] != 0 && gradient[at] == 0)
                    .as("element %d is not the matrix's", at)
                    .isFalse();
        }
    }
}
