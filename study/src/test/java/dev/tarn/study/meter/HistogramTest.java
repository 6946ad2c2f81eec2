package dev.tarn.study.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistogramTest {
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void quantile_ofNumbersInAnyOrder_isTheNearestRankOfTheSortedOnes(long seed) {
        long[] numbers = new Random(seed).longs(1 + seed * 77, 0, 20_000).toArray();
        Histogram histogram = new Histogram();
        Arrays.stream(numbers).forEach(histogram::add);
        Arrays.sort(numbers);
        for (double share : new double[] {0.05, 0.5, 0.95, 1}) {
            long exact = numbers[Math.max(1, (int) Math.ceil(share * numbers.length)) - 1];
            double tolerance = exact < 512 ? 0 : exact / 256.0;
            assertThat(histogram.quantile(share)).isCloseTo(exact, within(tolerance));
        }
        assertThat(histogram.count()).isEqualTo(numbers.length);
    }

    @Test
    void budgetsThatArePowersOfTwo_areExact() {
        for (long k = 1; k <= 1 << 20; k *= 2) {
            Histogram histogram = new Histogram();
            histogram.add(k);
            assertThat(histogram.quantile(0.95)).isEqualTo(k);
        }
        assertThat(new Histogram().quantile(0.5)).isNaN();
    }
}
