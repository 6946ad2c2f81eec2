package dev.tarn.engine.attention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.PlainKernels;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Top-k and the selector against sorting. */
class TopKTest {
    private static final float[] FEW = {
        0f, -0f, 1f, -1f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MIN_VALUE, -Float.MIN_VALUE
    };

    private static final Backend BACKEND = new CpuBackend(new PlainKernels(), 1);

    static LongStream seeds() {
        return LongStream.range(1, 41);
    }

    /** Positions from..to-1, the best first: by falling score, zeros alike, NaN last, of equals the lower position. */
    private static int[] ranked(float[] scores, int from, int to) {
        Comparator<Integer> best = Comparator.comparing(
                        (Integer s) -> Float.isNaN(scores[s]) ? Double.NEGATIVE_INFINITY : scores[s] + 0.0)
                .reversed();
        return IntStream.range(from, to)
                .boxed()
                .sorted(Comparator.comparing((Integer s) -> Float.isNaN(scores[s]))
                        .thenComparing(best)
                        .thenComparing(Comparator.naturalOrder()))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static float[] scores(Random random, int n) {
        float[] scores = new float[n];
        int kind = random.nextInt(4);
        for (int i = 0; i < n; i++) {
            scores[i] = switch (kind) {
                case 0 -> FEW[random.nextInt(FEW.length)];
                case 1 -> random.nextInt(4) - 1.5f;
                case 2 -> 1f + random.nextInt(5) * 0x1p-23f;
                default -> Float.intBitsToFloat(random.nextInt());
            };
        }
        return scores;
    }

    private static int[] taken(Selection selection) {
        return Arrays.copyOf(selection.positions, selection.count);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void select_anyScoresAndEveryK_agreesWithSorting(long seed) {
        Random random = new Random(seed);
        int n = 2 + random.nextInt(60);
        float[] scores = scores(random, n);
        int[] best = ranked(scores, 0, n);
        for (int k = 0; k <= n; k++) {
            int[] taken = new int[k];
            BACKEND.selectTop(scores, 0, n, k, taken, 0);
            assertThat(taken).isEqualTo(Arrays.stream(best, 0, k).sorted().toArray());
        }
    }

    @Test
    void select_allEqual_takesTheLowestPositions() {
        int[] taken = {9, 9, 9, 9};
        BACKEND.selectTop(new float[] {0f, -0f, 0f, -0f, 0f}, 0, 5, 3, taken, 1);
        assertThat(taken).containsExactly(9, 0, 1, 2);
    }

    @Test
    void select_largeInput_agreesWithSorting() {
        Random random = new Random(99);
        float[] scores = new float[20_000];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) random.nextGaussian();
        }
        int[] taken = new int[257];
        BACKEND.selectTop(scores, 0, scores.length, 257, taken, 0);
        assertThat(taken)
                .isEqualTo(Arrays.stream(ranked(scores, 0, scores.length), 0, 257)
                        .sorted()
                        .toArray());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void selector_sinksThenNewestThenBest_fillTheBudget(long seed) {
        Random random = new Random(seed);
        int n = 2 + random.nextInt(50);
        float[] scores = scores(random, n);
        for (int k = 1; k < n; k++) {
            int sink = random.nextInt(8);
            int recent = random.nextInt(8);
            int sinks = Math.min(sink, k);
            int newest = Math.min(recent, k - sinks);
            int[] want = IntStream.concat(
                            IntStream.concat(IntStream.range(0, sinks), IntStream.range(n - newest, n)),
                            Arrays.stream(ranked(scores, sinks, n - newest), 0, k - sinks - newest))
                    .sorted()
                    .toArray();
            Selection selection = new Selection();
            new Selector(BACKEND, spec(k, sink, recent)).select(scores, n, k, selection);
            assertThat(taken(selection))
                    .as("n %d, k %d, sink %d, recent %d", n, k, sink, recent)
                    .isEqualTo(want);
        }
    }

    @Test
    void selector_budgetBelowWhatIsKept_prefersSinksThenTheNewest() {
        float[] scores = {0, 0, 0, 9, 9, 9, 9, 0, 0, 0};
        Selection selection = new Selection();
        new Selector(BACKEND, spec(5, 3, 4)).select(scores, 10, 5, selection);
        assertThat(taken(selection)).containsExactly(0, 1, 2, 8, 9);
        new Selector(BACKEND, spec(2, 3, 4)).select(scores, 10, 2, selection);
        assertThat(taken(selection)).containsExactly(0, 1);
        new Selector(BACKEND, spec(8, 3, 4)).select(scores, 10, 8, selection);
        assertThat(taken(selection)).containsExactly(0, 1, 2, 3, 6, 7, 8, 9);
    }

    private static AttentionSpec spec(int k, int sink, int recent) {
        return AttentionSpecs.parse("rank=random,stop=k:" + k + ",sink=" + sink + ",recent=" + recent);
    }
}
