package dev.tarn.study.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.study.search.ThresholdSearch.Found;
import dev.tarn.study.search.ThresholdSearch.Probe;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThresholdSearchTest {
    private static final double LEAST = Math.log(16);
    private static final double MOST = Math.log(8192);

    private static int run(ThresholdSearch<String> search, double limit, DoubleUnaryOperator loss) {
        search.aim(limit);
        int probes = 0;
        for (OptionalDouble x = search.next(); x.isPresent(); x = search.next()) {
            search.add(new Probe<>(x.getAsDouble(), loss.applyAsDouble(x.getAsDouble()), "at " + x.getAsDouble()));
            probes++;
        }
        assertThat(probes).isLessThanOrEqualTo(ThresholdSearch.MOST_PROBES);
        return probes;
    }

    /** Losses that fall as a power of the budget, as perplexity's do, with any exponent: at most 8 probes, k at most 5 % too large. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void smoothLoss_hasItsThresholdFound(long seed) {
        Random random = new Random(seed);
        double place = LEAST + (MOST - LEAST) * (0.05 + 0.9 * random.nextDouble());
        double exponent = 0.5 + 2 * random.nextDouble();
        double limit = 0.02;
        double start = LEAST + (MOST - LEAST) * random.nextDouble();
        ThresholdSearch<String> search = new ThresholdSearch<>(LEAST, MOST, start, true);
        run(search, limit, x -> limit * Math.exp(-exponent * (x - place)));
        Found<String> found = search.found();
        assertThat(found.reached()).isTrue();
        assertThat(found.best().loss()).isLessThanOrEqualTo(limit);
        assertThat(found.best().x()).isBetween(place - 1e-9, place + 0.1);
        assertThat(found.best().result()).isEqualTo("at " + found.best().x());
    }

    /** A probe of an 8K window takes minutes. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void smoothLoss_startedNearItsThreshold_takesFewProbes(long seed) {
        Random random = new Random(seed);
        double place = LEAST + (MOST - LEAST) * (0.2 + 0.6 * random.nextDouble());
        double exponent = 0.6 + random.nextDouble();
        ThresholdSearch<String> search =
                new ThresholdSearch<>(LEAST, MOST, place + 0.6 * random.nextDouble() - 0.3, true);

        assertThat(run(search, 0.02, x -> 0.02 * Math.exp(-exponent * (x - place))))
                .isLessThanOrEqualTo(4);
        assertThat(search.found().best().x()).isBetween(place - 1e-9, place + 0.1);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void steppedLoss_hasItsThresholdBisected(long seed) {
        double place = LEAST + (MOST - LEAST) * new Random(seed).nextDouble();
        ThresholdSearch<String> search = new ThresholdSearch<>(LEAST, MOST, Math.log(256), false);
        run(search, 0, x -> x >= place ? 0 : 0.5);
        Found<String> found = search.found();
        double resolution = (MOST - LEAST) / (1 << (ThresholdSearch.MOST_PROBES - 2));
        if (found.reached()) {
            assertThat(found.best().x()).isBetween(place - 1e-9, place + resolution);
        } else {
            assertThat(place).isGreaterThan(MOST - resolution);
        }
    }

    @Test
    void limitThatNothingReaches_givesTheNearestProbe() {
        ThresholdSearch<String> search = new ThresholdSearch<>(LEAST, MOST, Math.log(256), true);
        assertThat(run(search, 1e-9, x -> 1 / x)).isLessThanOrEqualTo(ThresholdSearch.MOST_PROBES);
        assertThat(search.found().reached()).isFalse();
        assertThat(search.found().best().x()).isGreaterThan(MOST - 1);
    }

    @Test
    void secondLimit_usesWhatIsKnown() {
        DoubleUnaryOperator loss = x -> 10 * Math.exp(-x);
        ThresholdSearch<String> search = new ThresholdSearch<>(LEAST, MOST, Math.log(256), true);
        run(search, 0.02, loss);
        double first = search.found().best().x();
        assertThat(run(search, 0.0199, loss)).isLessThan(4);
        assertThat(search.found().best().x()).isCloseTo(first, org.assertj.core.api.Assertions.within(0.1));
        assertThat(search.probes()).isSortedAccordingTo(java.util.Comparator.comparingDouble(Probe::x));
    }
}
