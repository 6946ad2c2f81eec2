package dev.tarn.study.distill.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RankedMassTest {
    @ParameterizedTest(name = "seed {0}: {1} candidates, sink {2}, recent {3}")
    @CsvSource({"1, 40, 0, 0", "2, 40, 4, 6", "3, 7, 2, 3", "4, 40, 4, 30", "5, 3, 4, 64"})
    void add_severalBudgets_holdsWhatASortedListHolds(long seed, int n, int sink, int recent) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int[] budgets = {2, 5, 16, 33};
        int offset = 3;
        float[] attention = new float[n + offset];
        float[] scores = new float[n + offset];
        for (int i = 0; i < scores.length; i++) {
            attention[i] = random.nextFloat();
            // Few values, so that there are ties, and both signs.
            scores[i] = random.nextInt(-3, 4);
        }
        double[] sums = new double[budgets.length];

        new RankedMass(budgets).add(attention, scores, offset, n, sink, recent, sums);

        for (int i = 0; i < budgets.length; i++) {
            double expected = 0;
            for (int s : selection(scores, offset, n, sink, recent, Math.min(n, budgets[i]))) {
                expected += attention[offset + s];
            }
            assertThat(sums[i]).as("k=%d", budgets[i]).isCloseTo(expected, within(1e-5));
        }
    }

    private static Set<Integer> selection(float[] scores, int offset, int n, int sink, int recent, int k) {
        Set<Integer> chosen = new HashSet<>();
        for (int s = 0; s < Math.min(sink, k); s++) {
            chosen.add(s);
        }
        for (int s = n - 1; chosen.size() < Math.min(k, Math.min(sink, k) + recent) && s >= 0; s--) {
            chosen.add(s);
        }
        List<Integer> order = new ArrayList<>();
        for (int s = 0; s < n; s++) {
            order.add(s);
        }
        order.sort(
                Comparator.comparingDouble((Integer s) -> -scores[offset + s]).thenComparing(s -> s));
        for (int s : order) {
            if (chosen.size() < k) {
                chosen.add(s);
            }
        }
        return chosen;
    }
}
