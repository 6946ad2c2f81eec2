package dev.tarn.study.distill.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.engine.compute.cpu.KernelProvider;
import dev.tarn.study.distill.network.IndexerShape;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptimiserTest {
    private static final IndexerShape SHAPE = new IndexerShape(24, 3, 8, 4, 10_000);

    @ParameterizedTest(name = "Muon at {0}, seed {1}")
    @CsvSource({"0.05, 1", "0, 2"})
    void step_alongAGradientOfAllParameters_movesEachOfThem(float muonRate, long seed) {
        int length = SHAPE.parameters();
        Random random = new Random(seed);
        float[] gradient = new float[length];
        for (int i = 0; i < length; i++) {
            gradient[i] = (random.nextBoolean() ? 1 : -1) * (0.1f + random.nextFloat());
        }
        float[] parameters = new float[length];
        new Optimiser(KernelProvider.select(), SHAPE, muonRate, 0.002f)
                .step(parameters, gradient, 1, new float[length], new float[length], 0.002f, 1);
        assertThat(parameters).doesNotContain(0f);
    }
}
