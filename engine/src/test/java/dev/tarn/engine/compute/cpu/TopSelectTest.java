package dev.tarn.engine.compute.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The choice of the k largest against sorting, for every kind of kernels and several thread counts. */
class TopSelectTest {
    private static final float[] FEW = {
        0f, -0f, 1f, -1f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MIN_VALUE, -Float.MIN_VALUE
    };

    static LongStream seeds() {
        return LongStream.range(1, 31);
    }

    static Stream<Arguments> largeCases() {
        return IntStream.of(1_500, 9_001, 20_000, 50_003)
                .boxed()
                .flatMap(n -> IntStream.range(0, 6).mapToObj(kind -> Arguments.of(n, kind)));
    }

    /** The k best of positions from..to-1, ascending: by falling score, zeros alike, NaN last, of equals the lower position. */
    private static int[] best(float[] scores, int from, int to, int k) {
        return IntStream.range(from, to)
                .boxed()
                .sorted(Comparator.comparing((Integer s) -> Float.isNaN(scores[s]))
                        .thenComparing(s -> Float.isNaN(scores[s]) ? 0 : -(scores[s] + 0.0))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(k)
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
    }

    private static float score(Random random, int kind) {
        return switch (kind) {
            case 0 -> FEW[random.nextInt(FEW.length)];
            case 1 -> random.nextInt(4) - 1.5f;
            case 2 -> 1f + random.nextInt(5) * 0x1p-23f;
            case 3 -> Float.intBitsToFloat(random.nextInt());
            case 4 -> (float) random.nextGaussian();
            default -> random.nextInt(40) == 0 ? random.nextFloat() : Float.NaN;
        };
    }

    private static float[] scores(Random random, int n, int kind) {
        float[] scores = new float[n];
        for (int i = 0; i < n; i++) {
            scores[i] = score(random, kind);
        }
        return scores;
    }

    private static void requireBest(Kernels kernels, int threads, float[] scores, int from, int to, int... budgets) {
        try (Workers workers = new Workers(threads)) {
            TopSelect select = new TopSelect(kernels, workers);
            for (int k : budgets) {
                int[] positions = new int[k + 2];
                Arrays.fill(positions, -7);
                select.run(scores, from, to, k, positions, 1);
                assertThat(Arrays.copyOfRange(positions, 1, k + 1))
                        .as("k %d of %d..%d, %d threads, %s", k, from, to, threads, kernels.describe())
                        .isEqualTo(best(scores, from, to, k));
                assertThat(positions[0]).isEqualTo(-7);
                assertThat(positions[k + 1]).isEqualTo(-7);
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void run_anyScoresAndEveryK_agreesWithSorting(long seed) {
        Random random = new Random(seed);
        int n = 2 + random.nextInt(90);
        float[] scores = scores(random, n, random.nextInt(6));
        int[] budgets = IntStream.rangeClosed(0, n).toArray();
        requireBest(new PlainKernels(), 1, scores, 0, n, budgets);
        requireBest(new VectorKernels(), 1, scores, 0, n, budgets);
    }

    @ParameterizedTest(name = "{0} scores of kind {1}")
    @MethodSource("largeCases")
    void run_manyMoreScoresThanK_agreesWithSorting(int n, int kind) {
        float[] scores = scores(new Random(n + kind), n, kind);
        for (int threads : new int[] {1, 3}) {
            requireBest(new VectorKernels(), threads, scores, 5, n - 3, 1, 16, 257, 1024);
        }
        requireBest(new PlainKernels(), 2, scores, 5, n - 3, 257);
    }
}
