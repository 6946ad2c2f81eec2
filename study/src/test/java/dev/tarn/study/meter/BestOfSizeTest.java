package dev.tarn.study.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.engine.attention.Selection;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BestOfSizeTest {
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void best_ofScoresWithManyTies_isTheHeadOfTheSortedOnes(long seed) {
        Random random = new Random(seed);
        int n = 2 + random.nextInt(60);
        float[] scores = new float[n + 3];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = random.nextInt(6) / 5f;
        }
        Selection selection = new Selection();
        selection.positions =
                IntStream.range(0, n).filter(_ -> random.nextBoolean()).toArray();
        selection.count = selection.positions.length;
        if (selection.count == 0) {
            selection.positions = new int[] {n - 1};
            selection.count = 1;
        }
        List<Integer> best = IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparing((Integer s) -> -scores[s]).thenComparing(s -> s))
                .limit(selection.count)
                .toList();
        BestOfSize found = BestOfSize.of(scores, n, selection);
        assertThat(found.sum())
                .isCloseTo(best.stream().mapToDouble(s -> scores[s]).sum(), within(1e-6));
        assertThat(found.shared()).isEqualTo((int) IntStream.range(0, selection.count)
                .filter(i -> best.contains(selection.positions[i]))
                .count());
    }
}
