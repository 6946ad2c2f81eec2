package dev.tarn.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplerTest {
    private static final int DRAWS = 40_000;

    private static double[] shares(SamplingOptions options, float... logits) {
        Sampler sampler = options.sampler();
        double[] shares = new double[logits.length];
        for (int i = 0; i < DRAWS; i++) {
            shares[sampler.sample(logits.clone())] += 1.0 / DRAWS;
        }
        return shares;
    }

    /** Five standard deviations of a share of {@link #DRAWS} draws, at most. */
    private static final double CHANCE = 5 * 0.5 / Math.sqrt(DRAWS);

    private static void requireShares(double[] got, double... want) {
        for (int i = 0; i < want.length; i++) {
            if (want[i] == 0) {
                assertThat(got[i]).as("id %d", i).isZero();
            } else {
                assertThat(got[i]).as("id %d", i).isCloseTo(want[i], within(CHANCE));
            }
        }
    }

    private static float log(double x) {
        return (float) Math.log(x);
    }

    @Test
    void greedy_ties_takeTheLowestId() {
        assertThat(Sampler.argmax(new float[] {1, 3, 3, 2})).isEqualTo(1);
        assertThat(Sampler.greedy().sample(new float[] {-5, -5})).isZero();
        assertThat(SamplingOptions.GREEDY.sampler().sample(new float[] {0, 1, 7, 7}))
                .isEqualTo(2);
        assertThat(Sampler.argmax(new float[] {Float.NEGATIVE_INFINITY, -1e30f}))
                .isEqualTo(1);
    }

    @Test
    void sample_temperatureOne_drawsBySoftmax() {
        requireShares(
                shares(new SamplingOptions(1, 0, 1, 7), log(1), log(4), log(3), log(2), Float.NEGATIVE_INFINITY),
                0.1,
                0.4,
                0.3,
                0.2,
                0);
    }

    @Test
    void sample_temperature_dividesLogits() {
        // At temperature 1/2 the weights 1, 2, 3 become their squares.
        requireShares(shares(new SamplingOptions(0.5, 0, 1, 1), log(1), log(2), log(3)), 1 / 14.0, 4 / 14.0, 9 / 14.0);
        requireShares(shares(new SamplingOptions(2, 0, 1, 1), log(1), log(4)), 1 / 3.0, 2 / 3.0);
    }

    @Test
    void sample_topK_drawsAmongTheLikeliestAndLowerIdsOfEquals() {
        requireShares(shares(new SamplingOptions(1, 2, 1, 3), log(1), log(4), log(3), log(2)), 0, 4 / 7.0, 3 / 7.0, 0);
        requireShares(shares(new SamplingOptions(1, 2, 1, 3), 5f, 1f, 5f, 5f), 0.5, 0, 0.5, 0);
        requireShares(shares(new SamplingOptions(1, 2, 1, 3), -0f, 0f, -0f), 0.5, 0.5, 0);
        requireShares(shares(new SamplingOptions(1, 99, 1, 3), log(1), log(1)), 0.5, 0.5);
    }

    @Test
    void sample_topP_drawsAmongTheSmallestNucleus() {
        float[] logits = {log(1), log(4), log(3), log(2)};
        requireShares(shares(new SamplingOptions(1, 0, 0.65, 3), logits), 0, 4 / 7.0, 3 / 7.0, 0);
        requireShares(shares(new SamplingOptions(1, 0, 0.75, 3), logits), 0, 4 / 9.0, 3 / 9.0, 2 / 9.0);
        requireShares(shares(new SamplingOptions(1, 0, 1e-9, 3), logits), 0, 1, 0, 0);
        // The nucleus is measured within the top-k: of 4 + 3 it needs both for 0.6.
        requireShares(shares(new SamplingOptions(1, 2, 0.6, 3), logits), 0, 4 / 7.0, 3 / 7.0, 0);
        requireShares(shares(new SamplingOptions(1, 2, 0.5, 3), logits), 0, 1, 0, 0);
    }

    @Test
    void sample_sameSeed_givesTheSameDraws() {
        float[] logits = new float[100];
        int[][] draws = new int[3][200];
        for (int run = 0; run < 3; run++) {
            Sampler sampler = new SamplingOptions(1, 0, 1, run == 2 ? 43 : 42).sampler();
            for (int i = 0; i < 200; i++) {
                draws[run][i] = sampler.sample(logits.clone());
            }
        }
        assertThat(draws[1]).isEqualTo(draws[0]);
        assertThat(draws[2]).isNotEqualTo(draws[0]);
        assertThat(Arrays.stream(draws[0]).distinct().count()).isGreaterThan(50);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -0.1     | 0  | 1   | temperature is -0.1; it must be 0 or more
            NaN      | 0  | 1   | temperature is NaN; it must be 0 or more
            Infinity | 0  | 1   | temperature is Infinity; it must be 0 or more
            1        | -1 | 1   | top-k is -1; it must be 0 (all) or more
            1        | 0  | 0   | top-p is 0.0; it must be above 0 and at most 1
            1        | 0  | 1.1 | top-p is 1.1; it must be above 0 and at most 1
            1        | 0  | NaN | top-p is NaN; it must be above 0 and at most 1
            """)
    void new_valueOutOfRange_isRefused(double temperature, int topK, double topP, String message) {
        assertThatThrownBy(() -> new SamplingOptions(temperature, topK, topP, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
