package dev.tarn.study.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArithmeticTest {
    @ParameterizedTest
    @ValueSource(ints = {4, 5, 31, 32, 33, 100, 513, 8192})
    void stretches_ofAWindow_coverItInOrderAndSplitItsHalves(int context) {
        int before = 0;
        for (int token = 1; token < context; token++) {
            int stretch = Stretch.of(token, context);
            assertThat(stretch).isBetween(before, Stretch.COUNT - 1);
            assertThat(stretch >= Stretch.COUNT / 2).as("token %d", token).isEqualTo(token > context / 2);
            before = stretch;
        }
    }

    /** Sums 2, 6, 1 over sizes 1, 2, 1: mean 9/4, residuals -1/4, 3/2, -5/4; 3/2 · (1 + 36 + 25)/16 = 93/16; over 4². */
    @Test
    void clusters_threeByHand_giveTheRatioEstimatorsError() {
        ClusterMean mean = new ClusterMean();
        mean.add(2, 1);
        mean.add(6, 2);
        mean.add(0, 0);
        mean.add(1, 1);
        assertThat(mean.mean()).isEqualTo(2.25);
        assertThat(mean.standardError()).isCloseTo(Math.sqrt(93.0 / 16) / 4, within(1e-12));
    }

    @Test
    void clusters_fewerThanTwo_haveNoError() {
        ClusterMean mean = new ClusterMean();
        assertThat(mean.mean()).isNaN();
        mean.add(1, 1);
        assertThat(mean.standardError()).isNaN();
    }

    @Test
    void divergence_ofTwoDistributions_isTheSumByHand() {
        float[] dense = {(float) Math.log(0.5), (float) Math.log(0.25), (float) Math.log(0.25)};
        float[] sparse = {(float) Math.log(0.25), (float) Math.log(0.25), (float) Math.log(0.5)};
        DenseRows rows = new DenseRows(2, 3);
        rows.keep(1, dense);
        double expected = 0.5 * Math.log(2) + 0.25 * Math.log(0.5);
        assertThat(rows.divergence(1, sparse, LogSoftmax.normaliser(sparse))).isCloseTo(expected, within(1e-7));
        assertThat(rows.divergence(1, dense, LogSoftmax.normaliser(dense))).isCloseTo(0, within(1e-9));
        assertThat(rows.likeliest(1)).isZero();
    }

    @Test
    void normaliser_ofHugeLogits_isFinite() {
        assertThat(LogSoftmax.normaliser(new float[] {1e30f, 1e30f})).isFinite();
        assertThat(LogSoftmax.normaliser(new float[] {0, 0, 0, 0})).isCloseTo(Math.log(4), within(1e-12));
    }
}
