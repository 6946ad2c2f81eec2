package dev.tarn.engine.synthesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.compute.Weight;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.KernelProvider;
import dev.tarn.engine.format.TensorType;
import dev.tarn.engine.format.TensorView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RandomWeightsTest {
    private static final int ROWS = 64;
    private static final int COLS = 1024;
    private static final double SIGMA = 0.02;

    private static double[] values(TensorType type, MemorySegment data) {
        try (var backend = new CpuBackend(KernelProvider.select(), 1)) {
            Weight weight = backend.weight(new TensorView("w", type, new long[] {ROWS, COLS}, data));
            Tensor rows = backend.allocate(ROWS, COLS);
            backend.embed(weight, IntStream.range(0, ROWS).toArray(), 0, ROWS, rows);
            float[] row = new float[COLS];
            double[] all = new double[ROWS * COLS];
            for (int r = 0; r < ROWS; r++) {
                rows.read(r, 0, COLS, row, 0);
                for (int c = 0; c < COLS; c++) {
                    all[r * COLS + c] = row[c];
                }
            }
            return all;
        }
    }

    /** A wrong layout or constant of a type would make models of it explode or fall silent. */
    @ParameterizedTest
    @EnumSource(
            names = {
                "F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K",
                "IQ4_NL", "IQ4_XS"
            })
    void weights_ofEveryType_haveTheSpreadAskedForAndNoMean(TensorType type) {
        try (var arena = Arena.ofConfined()) {
            double[] x = values(type, RandomWeights.matrix(arena, type, ROWS, COLS, SIGMA, 7));

            double mean = IntStream.range(0, x.length)
                    .mapToDouble(i -> x[i])
                    .average()
                    .orElseThrow();
            double squares =
                    IntStream.range(0, x.length).mapToDouble(i -> x[i] * x[i]).sum();
            assertThat(Math.sqrt(squares / x.length)).isCloseTo(SIGMA, within(SIGMA * 0.04));
            assertThat(mean).isCloseTo(0, within(SIGMA * 0.12));
        }
    }

    @Test
    void weights_bySeed_areTheSameOrOthers() {
        try (var arena = Arena.ofConfined()) {
            byte[] one = bytes(arena, 1);
            assertThat(bytes(arena, 1)).isEqualTo(one);
            assertThat(bytes(arena, 2)).isNotEqualTo(one);
        }
    }

    private static byte[] bytes(Arena arena, long seed) {
        return RandomWeights.matrix(arena, TensorType.Q4_K, 2, 512, SIGMA, seed).toArray(ValueLayout.JAVA_BYTE);
    }
}
