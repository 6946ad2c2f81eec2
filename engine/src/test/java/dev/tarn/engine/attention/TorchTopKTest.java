package dev.tarn.engine.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.PlainKernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The order of torch.topk against what a C++ program with the calls of PyTorch picked; see torch-topk.cpp in the resources. */
class TorchTopKTest {
    private static final Backend BACKEND = new CpuBackend(new PlainKernels(), 1);
    private static final float INFINITE = Float.POSITIVE_INFINITY;

    /** SplitMix64, as the program has it. */
    private static final class Numbers {
        private long state;

        Numbers(long seed) {
            state = seed;
        }

        long next(int bound) {
            return Long.remainderUnsigned(next(), bound);
        }

        float fraction() {
            return (next() >>> 40) * 0x1p-24f;
        }

        private long next() {
            state += 0x9E3779B97F4A7C15L;
            long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            return z ^ (z >>> 31);
        }
    }

    static Stream<String> rows() throws IOException {
        Path file = Path.of(System.getProperty("tarn.home"), "engine/src/test/resources/topk/torch-topk.txt");
        return Files.readAllLines(file).stream();
    }

    static LongStream seeds() {
        return LongStream.range(1, 31);
    }

    private static float[] scores(String kind, String source, int n, int visible) {
        float[] scores = new float[visible];
        if (kind.equals("killer")) {
            for (int i = 0; i < n; i++) {
                scores[i] = HexFormat.fromHexDigits(source, 4 * i, 4 * i + 4);
            }
            return scores;
        }
        Numbers numbers = new Numbers(Long.parseLong(source));
        // The draws that the program made for n, k and the visible places.
        boolean masked = Long.parseLong(source) % 2 == 0;
        for (int draw = 0; draw < (masked ? 3 : 2); draw++) {
            numbers.next();
        }
        for (int i = 0; i < visible; i++) {
            scores[i] = score(kind, i, n, numbers);
        }
        return scores;
    }

    private static float score(String kind, int i, int n, Numbers numbers) {
        return switch (kind) {
            case "few" ->
                new float[] {0f, -0f, 1, -1, Float.NaN, INFINITE, -INFINITE, Float.MIN_VALUE}[(int) numbers.next(8)];
            case "small" -> numbers.next(5) - 2;
            case "relu" -> {
                boolean zero = numbers.next(4) != 0;
                float value = numbers.fraction();
                yield zero ? 0 : value - 0.25f;
            }
            case "equal" -> 0;
            case "normal" -> numbers.fraction();
            case "rising" -> i / 3;
            case "falling" -> (n - i) / 3;
            case "pipe" -> Math.min(i, n - i) / 2;
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static IntPredicate bits(String mask) {
        return place -> (HexFormat.fromHexDigit(mask.charAt(place / 4)) >> (place % 4) & 1) != 0;
    }

    private static int[] taken(Selection selection) {
        return Arrays.copyOf(selection.positions, selection.count);
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("rows")
    void select_rowOfTheProgram_takesThePlacesThatItTook(String line) {
        String[] fields = line.split(" ");
        int n = Integer.parseInt(fields[2]);
        int visible = Integer.parseInt(fields[3]);
        int k = Integer.parseInt(fields[4]);
        int[] taken = new int[k];

        int count = new TorchTopK(n).select(scores(fields[0], fields[1], n, visible), 0, visible, k, taken);

        assertThat(Arrays.copyOf(taken, count))
                .as(line)
                .isEqualTo(IntStream.range(0, visible).filter(bits(fields[5])).toArray());
    }

    /** Only which of equal scores are taken may differ from the lower positions. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void selector_sinksAndNewest_takesScoresAsGoodAsThoseOfTheLowerPositions(long seed) {
        Random random = new Random(seed);
        int n = 20 + random.nextInt(180);
        int k = 1 + random.nextInt(n - 1);
        AttentionSpec spec =
                AttentionSpecs.parse("random:k=" + k + ",sink=" + random.nextInt(6) + ",recent=" + random.nextInt(6));
        float[] scores = new float[n];
        for (int i = 0; i < n; i++) {
            scores[i] = random.nextInt(6);
        }
        Selection lower = new Selection();
        Selection torch = new Selection();

        new Selector(BACKEND, spec, TieOrder.LOWER).select(scores, n, k, lower);
        new Selector(BACKEND, spec, TieOrder.torch(n + random.nextInt(50))).select(scores, n, k, torch);

        assertThat(taken(torch)).isSorted().doesNotHaveDuplicates().hasSize(k);
        assertThat(sortedScores(scores, torch)).isEqualTo(sortedScores(scores, lower));
    }

    private static double[] sortedScores(float[] scores, Selection selection) {
        return Arrays.stream(taken(selection))
                .mapToDouble(s -> scores[s])
                .sorted()
                .toArray();
    }

    @Test
    void select_pastTheRow_isRefused() {
        TopK topK = new TorchTopK(4);

        assertThatThrownBy(() -> topK.select(new float[5], 0, 5, 1, new int[1]))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
