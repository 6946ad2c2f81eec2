package dev.tarn.engine.model.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.compute.RopeLayout;
import org.junit.jupiter.api.Test;

/** Frequencies for 16 dimensions and base 10,000; YaRN's computed apart from this code, by the formulas of its paper's section 3.2. */
class RopeScalingTest {
    private static void require(RopeScaling scaling, double... want) {
        Rope rope = scaling.rope(16, 10_000, RopeLayout.HALF_SPLIT);
        assertThat(rope.frequencies()).hasSize(8);
        for (int i = 0; i < want.length; i++) {
            assertThat(rope.frequencies()[i]).as("pair %d", i).isCloseTo(want[i], within(1e-6 * want[i]));
        }
    }

    @Test
    void rope_noneAndLinear_divideEveryFrequency() {
        require(new RopeScaling.None(), 1, 0.31622777, 0.1, 0.031622777, 0.01, 0.0031622777, 0.001, 0.00031622777);
        require(new RopeScaling.Linear(8), 0.125, 0.039528471, 0.0125, 0.0039528471);
    }

    @Test
    void rope_yarn_keepsFastPairsAndStretchesSlowOnes() {
        RopeScaling yarn = new RopeScaling.Yarn(4, 32, 1, 2048, true, RopeScaling.yarnMagnitude(4, 1));

        require(yarn, 1, 0.31622777, 0.1, 0.025693506, 0.00625, 0.0013834965, 0.00025, 7.9056942e-05);
        assertThat(yarn.rope(16, 10_000, RopeLayout.HALF_SPLIT).magnitude()).isCloseTo(1.1386294, within(1e-6));
    }

    @Test
    void rope_yarnNotTruncated_rampsBetweenFractions() {
        require(
                new RopeScaling.Yarn(4, 32, 1, 2048, false, 1),
                1,
                0.31622777,
                0.1,
                0.023870192,
                0.0050569715,
                0.00081129038,
                0.00025,
                7.9056942e-05);
    }

    /** Context 64: wavelengths of 2π and 2π √10 lie below 64 / 1 and above 64 / 4 in part, 2π · 100 above 64. */
    @Test
    void rope_llama3_stretchesByWavelength() {
        double second = 0.31622777;
        double smooth = (64 * second / (2 * Math.PI) - 1) / 3;

        require(
                new RopeScaling.Llama3(8, 1, 4, 64),
                1,
                second * (smooth + (1 - smooth) / 8),
                0.1 * blend(0.1),
                0.0039528471);
    }

    private static double blend(double frequency) {
        double smooth = (64 * frequency / (2 * Math.PI) - 1) / 3;
        return smooth + (1 - smooth) / 8;
    }
}
