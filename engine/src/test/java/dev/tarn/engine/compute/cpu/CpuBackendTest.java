package dev.tarn.engine.compute.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.TestData;
import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.AttentionState;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.compute.RopeLayout;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.format.TensorType;
import dev.tarn.engine.format.TensorView;
import dev.tarn.engine.kv.EntryType;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.KvShape;
import dev.tarn.engine.kv.KvTypes;
import dev.tarn.engine.kv.PagePool;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each operator against its formula in double precision, on seeded random data. */
class CpuBackendTest {
    private static final int TOKENS = 150;
    private static final Backend[] BACKENDS = new Backend[3];
    private static final PagePool POOL = new PagePool();

    @BeforeAll
    static void open() {
        BACKENDS[0] = new CpuBackend(new PlainKernels(), 2);
        BACKENDS[1] = new CpuBackend(new VectorKernels(), 2);
        BACKENDS[2] = new CpuBackend(KernelProvider.select(), 2);
    }

    @AfterAll
    static void close() {
        BACKENDS[0].close();
        BACKENDS[1].close();
        BACKENDS[2].close();
        POOL.close();
    }

    @ParameterizedTest(name = "seed {0}, {1} columns")
    @CsvSource({"1,1", "2,3", "3,16", "4,31", "5,64", "6,207"})
    void norms_randomRows_agreeWithFormulas(long seed, int n) {
        Random random = new Random(seed);
        int rows = 37;
        float[] x = TestData.normal(random, rows * n);
        float[] gain = TestData.normal(random, n);
        float[] bias = TestData.normal(random, n);
        for (Backend backend : BACKENDS) {
            Tensor in = TestData.tensor(backend, rows, n, x);
            Tensor out = backend.allocate(rows, n);
            backend.rmsNorm(in, rows, TestData.weight(backend, 1, n, gain), 1e-5f, out);
            float[] rms = TestData.read(out, rows);
            backend.layerNorm(
                    in, rows, TestData.weight(backend, 1, n, gain), TestData.weight(backend, 1, n, bias), 1e-5f, out);
            float[] layer = TestData.read(out, rows);
            for (int row = 0; row < rows; row++) {
                double mean = 0;
                double squares = 0;
                for (int i = 0; i < n; i++) {
                    mean += x[row * n + i] / (double) n;
                    squares += x[row * n + i] * (double) x[row * n + i] / n;
                }
                double variance = 0;
                for (int i = 0; i < n; i++) {
                    variance += Math.pow(x[row * n + i] - mean, 2) / n;
                }
                for (int i = 0; i < n; i++) {
                    double r = x[row * n + i] / Math.sqrt(squares + 1e-5f) * gain[i];
                    double l = (x[row * n + i] - mean) / Math.sqrt(variance + 1e-5f) * gain[i] + bias[i];
                    assertThat((double) rms[row * n + i]).isCloseTo(r, within(2e-6 * (1 + Math.abs(r))));
                    assertThat((double) layer[row * n + i]).isCloseTo(l, within(2e-6 * (1 + Math.abs(l))));
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"HALF_SPLIT", "INTERLEAVED"})
    void rope_bothLayouts_turnTheirPairs(RopeLayout layout) {
        int heads = 3;
        int dim = 20;
        int dims = 16;
        int rows = 40;
        float[] x = TestData.normal(new Random(5), rows * heads * dim);
        Rope rope = Rope.ofTheta(dims, 10_000, layout);
        for (Backend backend : BACKENDS) {
            Tensor tensor = TestData.tensor(backend, rows, heads * dim, x);
            backend.rope(tensor, rows, heads, rope, 1000);
            float[] y = TestData.read(tensor, rows);
            double[] want = IntStream.range(0, x.length).mapToDouble(i -> x[i]).toArray();
            for (int row = 0; row < rows; row++) {
                for (int head = 0; head < heads; head++) {
                    for (int i = 0; i < dims / 2; i++) {
                        int base = (row * heads + head) * dim;
                        int a = base + (layout == RopeLayout.HALF_SPLIT ? i : 2 * i);
                        int b = layout == RopeLayout.HALF_SPLIT ? a + dims / 2 : a + 1;
                        // In float32, as in the implementations that models are trained with.
                        float angle = (1000 + row) * (1 / (float) Math.pow(10_000, 2f * i / dims));
                        want[a] = x[a] * Math.cos(angle) - x[b] * Math.sin(angle);
                        want[b] = x[a] * Math.sin(angle) + x[b] * Math.cos(angle);
                    }
                }
            }
            for (int i = 0; i < x.length; i++) {
                assertThat((double) y[i]).as("place %d", i).isCloseTo(want[i], within(1e-6));
            }
        }
    }

    @ParameterizedTest(name = "{0} tokens")
    @ValueSource(ints = {1, 7, 8, 9, 63, 64, 65, 200})
    void matmul_anyTokenCount_agreesWithExactSums(int tokens) {
        int outputs = 83;
        int inputs = 96;
        Random random = new Random(tokens);
        float[] w = TestData.normal(random, outputs * inputs);
        float[] x = TestData.normal(random, (tokens + 3) * inputs);
        for (Backend backend : BACKENDS) {
            Tensor y = backend.allocate(tokens, outputs);
            backend.matmul(
                    TestData.weight(backend, outputs, inputs, w),
                    TestData.tensor(backend, tokens + 3, inputs, x),
                    3,
                    tokens,
                    y);
            float[] got = TestData.read(y, tokens);
            for (int t = 0; t < tokens; t++) {
                for (int o = 0; o < outputs; o++) {
                    double sum = 0;
                    double size = 0;
                    for (int i = 0; i < inputs; i++) {
                        double product = (double) w[o * inputs + i] * x[(3 + t) * inputs + i];
                        sum += product;
                        size += Math.abs(product);
                    }
                    assertThat((double) got[t * outputs + o]).isCloseTo(sum, within(6e-8 * inputs * size));
                }
            }
        }
    }

    @Test
    void weight_typeThatCannotRun_isRefusedInOneLine() {
        TensorView bytes = new TensorView("w", TensorType.I8, new long[] {1, 32}, MemorySegment.ofArray(new byte[32]));
        assertThatThrownBy(() -> BACKENDS[1].weight(bytes))
                .isInstanceOf(EngineException.class)
                .hasMessage(
                        "weights of type I8 cannot be run: convert them to F32, F16, BF16 or one of GGUF's block types");
    }

    static Stream<Arguments> shapes() {
        return IntStream.of(1, 2, 3)
                .boxed()
                .flatMap(group -> IntStream.of(16, 20, 64, 80).mapToObj(dim -> Arguments.of(group, dim)));
    }

    /** Random K, V and Q of one layer, and what softmax attention over any positions makes of them. */
    private static final class Scene {
        final AttentionShape shape;
        final float[] q;
        final float[] k;
        final float[] v;

        Scene(long seed, int group, int dim) {
            Random random = new Random(seed);
            int valueDim = dim + 4;
            shape = new AttentionShape(2 * group, 2, dim, valueDim, (float) (1 / Math.sqrt(dim)));
            q = TestData.normal(random, TOKENS * shape.heads() * dim);
            k = TestData.normal(random, TOKENS * 2 * dim);
            v = TestData.normal(random, TOKENS * 2 * valueDim);
            for (int i = 0; i < q.length; i++) {
                q[i] *= 3;
            }
        }

        KvCache cache(Backend backend, KvTypes types) {
            return fill(backend, new KvShape(1, 2, shape.keyDim(), shape.valueDim(), 0).stored(types));
        }

        KvCache cache(Backend backend, int indexDim) {
            return fill(backend, new KvShape(1, 2, shape.keyDim(), shape.valueDim(), indexDim));
        }

        private KvCache fill(Backend backend, KvShape stored) {
            KvCache cache = new KvCache(stored, POOL);
            backend.storeEntries(
                    cache,
                    0,
                    0,
                    TestData.tensor(backend, TOKENS, 2 * shape.keyDim(), k),
                    TestData.tensor(backend, TOKENS, 2 * shape.valueDim(), v),
                    TOKENS);
            cache.advanceTo(TOKENS);
            return cache;
        }

        Tensor queries(Backend backend) {
            return TestData.tensor(backend, TOKENS, shape.heads() * shape.keyDim(), q);
        }

        double[] probabilities(int t, int head, int[] positions) {
            int dim = shape.keyDim();
            double[] p = new double[positions.length];
            for (int i = 0; i < p.length; i++) {
                for (int d = 0; d < dim; d++) {
                    int key = (positions[i] * 2 + head / shape.groupSize()) * dim + d;
                    p[i] += (double) q[(t * shape.heads() + head) * dim + d] * k[key];
                }
                p[i] *= shape.scale();
            }
            double max = Arrays.stream(p).max().orElseThrow();
            double sum = 0;
            for (int i = 0; i < p.length; i++) {
                p[i] = Math.exp(p[i] - max);
                sum += p[i];
            }
            for (int i = 0; i < p.length; i++) {
                p[i] /= sum;
            }
            return p;
        }

        double[] output(int t, int[] positions) {
            int dim = shape.valueDim();
            double[] out = new double[shape.heads() * dim];
            for (int head = 0; head < shape.heads(); head++) {
                double[] p = probabilities(t, head, positions);
                for (int i = 0; i < p.length; i++) {
                    for (int d = 0; d < dim; d++) {
                        int value = (positions[i] * 2 + head / shape.groupSize()) * dim + d;
                        out[head * dim + d] += p[i] * v[value];
                    }
                }
            }
            return out;
        }
    }

    private static void requireClose(float[] got, int offset, double[] want, double tolerance) {
        for (int i = 0; i < want.length; i++) {
            assertThat((double) got[offset + i]).as("place %d", i).isCloseTo(want[i], within(tolerance));
        }
    }

    private static int[] upTo(int count) {
        return IntStream.range(0, count).toArray();
    }

    @ParameterizedTest(name = "group of {0}, head dim {1}")
    @MethodSource("shapes")
    void attendDense_manyFewAndOneRow_agreeWithNaiveSoftmax(int group, int dim) {
        Scene scene = new Scene(100L * group + dim, group, dim);
        for (Backend backend : BACKENDS) {
            try (KvCache cache = scene.cache(backend, 0)) {
                Tensor q = scene.queries(backend);
                Tensor out = backend.allocate(TOKENS, scene.shape.heads() * scene.shape.valueDim());
                for (int rows : new int[] {TOKENS, 4, 3, 1}) {
                    backend.attendDense(scene.shape, cache, 0, q, rows, 0, out);
                    float[] got = TestData.read(out, rows);
                    for (int t = 0; t < rows; t++) {
                        requireClose(got, t * out.cols(), scene.output(t, upTo(t + 1)), 5e-6);
                    }
                }
            }
        }
    }

    @ParameterizedTest(name = "first position {0}")
    @ValueSource(ints = {1, 63, 64, 65, 100})
    void attendDense_laterPositions_seeTheirPastOnly(int first) {
        Scene scene = new Scene(first, 2, 16);
        int rows = 40;
        for (Backend backend : BACKENDS) {
            try (KvCache cache = scene.cache(backend, 0)) {
                Tensor out = backend.allocate(rows, scene.shape.heads() * scene.shape.valueDim());
                backend.attendDense(scene.shape, cache, 0, scene.queries(backend), rows, first, out);
                float[] got = TestData.read(out, rows);
                for (int row = 0; row < rows; row++) {
                    requireClose(got, row * out.cols(), scene.output(row, upTo(first + row + 1)), 5e-6);
                }
            }
        }
    }

    @ParameterizedTest(name = "window {0} from position {1}")
    @CsvSource({"1, 0", "16, 0", "24, 100", "64, 63", "65, 30", "70, 64", "1000, 50"})
    void attendWindow_manyAndFewRows_seeTheLastPositionsOnly(int window, int first) {
        Scene scene = new Scene(window, 2, 16);
        for (Backend backend : BACKENDS) {
            try (KvCache cache = scene.cache(backend, 0)) {
                for (int rows : new int[] {40, 3}) {
                    Tensor out = backend.allocate(rows, scene.shape.heads() * scene.shape.valueDim());
                    backend.attendWindow(scene.shape, cache, 0, scene.queries(backend), rows, first, window, out);
                    float[] got = TestData.read(out, rows);
                    for (int row = 0; row < rows; row++) {
                        int end = first + row + 1;
                        int[] seen =
                                IntStream.range(Math.max(0, end - window), end).toArray();
                        requireClose(got, row * out.cols(), scene.output(row, seen), 5e-6);
                    }
                }
            }
        }
    }

    /** Keys of 16 floats whose first 12 are their values: stored once, attended like keys and values stored side by side. */
    @Test
    void attendDense_valuesInKeys_agreesWithThemSideBySide() {
        AttentionShape shape = new AttentionShape(4, 1, 16, 12, 0.25f);
        Random random = new Random(12);
        float[] k = TestData.normal(random, 70 * 16);
        float[] q = TestData.normal(random, 70 * 64);
        for (Backend backend : BACKENDS) {
            Tensor keys = TestData.tensor(backend, 70, 16, k);
            Tensor values = backend.allocate(70, 12);
            backend.copyHeads(keys, 0, values, 0, 12, 1, 70);
            Tensor want = backend.allocate(70, 48);
            Tensor got = backend.allocate(70, 48);
            try (KvCache apart = new KvCache(new KvShape(1, 1, 16, 12, 0), POOL);
                    KvCache inside = new KvCache(new KvShape(1, 1, 16, 12, true, 0), POOL)) {
                backend.storeEntries(apart, 0, 0, keys, values, 70);
                backend.storeEntries(inside, 0, 0, keys, keys, 70);
                for (int rows : new int[] {70, 2}) {
                    backend.attendDense(shape, apart, 0, TestData.tensor(backend, 70, 64, q), rows, 0, want);
                    backend.attendDense(shape, inside, 0, TestData.tensor(backend, 70, 64, q), rows, 0, got);
                    assertThat(TestData.read(got, rows)).isEqualTo(TestData.read(want, rows));
                }
                assertThat(inside.shape().entryBytes()).isEqualTo(64);
                assertThat(apart.shape().entryBytes()).isEqualTo(112);
            }
        }
    }

    /** Two heads; of each head's three weight rows the last two are used. */
    @Test
    void matmulHeads_bothDirections_useEachHeadsRows() {
        float[] w = {9, 9, 1, 2, 3, 4, /* head 1 */ 9, 9, 5, 6, 7, 8};
        for (Backend backend : BACKENDS) {
            Tensor y = backend.allocate(1, 6);
            Tensor x = TestData.tensor(backend, 1, 4, new float[] {1, 10, 100, 1000});
            backend.matmulHeads(TestData.weight(backend, 6, 2, w), 2, 1, 2, false, x, 1, y);
            assertThat(TestData.read(y, 1)).containsExactly(21, 43, 0, 6500, 8700, 0);
            backend.matmulHeads(TestData.weight(backend, 6, 2, w), 2, 1, 2, true, x, 1, y);
            assertThat(TestData.read(y, 1)).containsExactly(31, 42, 0, 7500, 8600, 0);
        }
    }

    @Test
    void rmsNormHeads_gainShorterThanHead_leavesTheRest() {
        for (Backend backend : BACKENDS) {
            Tensor x = TestData.tensor(backend, 1, 6, new float[] {3, 4, 7, 0, 5, -7});
            backend.rmsNormHeads(x, 1, 2, TestData.weight(backend, 1, 2, new float[] {1, 2}), 0);
            double root = Math.sqrt(12.5);
            requireClose(TestData.read(x, 1), 0, new double[] {3 / root, 8 / root, 7, 0, 10 / root, -7}, 1e-6);
        }
    }

    @Test
    void elementwiseOperators_smallRows_agreeByHand() {
        for (Backend backend : BACKENDS) {
            Tensor x = TestData.tensor(backend, 3, 2, new float[] {1, 2, 3, 4, 5, 6});
            backend.addBias(x, 2, TestData.weight(backend, 1, 2, new float[] {10, 20}));
            backend.scale(x, 1, 2);
            assertThat(TestData.read(x, 3)).containsExactly(22, 44, 13, 24, 5, 6);
            Tensor y = backend.allocate(2, 2);
            backend.gatherRows(x, new int[] {2, 0}, 2, y);
            assertThat(TestData.read(y, 2)).containsExactly(5, 6, 22, 44);
            backend.addRows(y, new int[] {1, 2}, new float[] {2, 0.5f}, 2, x);
            assertThat(TestData.read(x, 3)).containsExactly(22, 44, 23, 36, 16, 28);
            backend.softcap(x, 1, 30);
            requireClose(
                    TestData.read(x, 3), 0, new double[] {30 * Math.tanh(22 / 30.0), 30 * Math.tanh(44 / 30.0)}, 1e-5);
            backend.clear(x, 2);
            assertThat(TestData.read(x, 3)).containsExactly(0, 0, 0, 0, 16, 28);
        }
    }

    private static int[] subset(Random random, int count) {
        return random.ints(0, TOKENS).distinct().limit(count).sorted().toArray();
    }

    private static float[] attend(Backend backend, Scene scene, KvCache cache, int t, int[][] waves) {
        AttentionState state = new AttentionState(scene.shape);
        Tensor q = scene.queries(backend);
        for (int[] wave : waves) {
            for (int head = 0; head < 2; head++) {
                backend.attendSelected(scene.shape, cache, 0, q, t, head, head + 1, wave, wave.length, state);
            }
        }
        Tensor out = backend.allocate(1, scene.shape.heads() * scene.shape.valueDim());
        backend.finishAttention(scene.shape, state, out, 0);
        return TestData.read(out, 1);
    }

    @ParameterizedTest(name = "group of {0}, head dim {1}")
    @MethodSource("shapes")
    void attendSelected_wavesAndOneShot_agreeWithNaiveOverTheSet(int group, int dim) {
        Scene scene = new Scene(7L * group + dim, group, dim);
        for (Backend backend : BACKENDS) {
            Random random = new Random(dim);
            try (KvCache cache = scene.cache(backend, 0)) {
                for (int count : new int[] {1, 5, 64, 65, 130, TOKENS}) {
                    int[] set = subset(random, count);
                    int cut = random.nextInt(count);
                    int cut2 = cut + random.nextInt(count - cut);
                    int[][] waves = {
                        Arrays.copyOfRange(set, cut2, count),
                        Arrays.copyOfRange(set, 0, cut),
                        Arrays.copyOfRange(set, cut, cut2)
                    };
                    int[][] taken =
                            Arrays.stream(waves).filter(w -> w.length > 0).toArray(int[][]::new);
                    double[] want = scene.output(TOKENS - 1, set);
                    requireClose(attend(backend, scene, cache, TOKENS - 1, new int[][] {set}), 0, want, 5e-6);
                    requireClose(attend(backend, scene, cache, TOKENS - 1, taken), 0, want, 5e-6);
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(EntryType.class)
    void attendSelected_unselectedEntriesPoisoned_isUnchanged(EntryType type) {
        Scene scene = new Scene(3, 2, 32);
        int[] set = subset(new Random(3), 70);
        for (Backend backend : BACKENDS) {
            try (KvCache cache = scene.cache(backend, KvTypes.COMPACT.withEntries(type));
                    KvCache poisoned = cache.fork()) {
                float[] clean = attend(backend, scene, cache, TOKENS - 1, new int[][] {set});
                float[] nan = new float[2 * scene.shape.valueDim()];
                Arrays.fill(nan, Float.NaN);
                for (int position : upTo(TOKENS)) {
                    if (Arrays.binarySearch(set, position) < 0) {
                        poisoned.writeEntry(0, position, nan, 0, nan, 0);
                    }
                }
                float[] got = attend(backend, scene, poisoned, TOKENS - 1, new int[][] {set});
                assertThat(got).isEqualTo(clean).doesNotContain(Float.NaN);
                poisoned.writeEntry(0, set[set.length / 2], nan, 0, nan, 0);
                assertThat(attend(backend, scene, poisoned, TOKENS - 1, new int[][] {set}))
                        .isNotEqualTo(clean);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(EntryType.class)
    void attend_storedTypes_agreeWithFormulaWithinTheirStep(EntryType type) {
        Scene scene = new Scene(5, 3, 64);
        double tolerance = type == EntryType.F32 ? 2e-5 : type == EntryType.F16 ? 5e-3 : 8e-2;
        for (Backend backend : BACKENDS) {
            try (KvCache cache = scene.cache(backend, KvTypes.COMPACT.withEntries(type))) {
                Tensor out = backend.allocate(TOKENS, scene.shape.heads() * scene.shape.valueDim());
                backend.attendDense(scene.shape, cache, 0, scene.queries(backend), TOKENS, 0, out);
                float[] got = TestData.read(out, TOKENS);
                int width = scene.shape.heads() * scene.shape.valueDim();
                for (int t = 0; t < TOKENS; t += 37) {
                    requireClose(got, t * width, scene.output(t, upTo(t + 1)), tolerance);
                }
                int[] set = subset(new Random(9), 90);
                float[] chosen = attend(backend, scene, cache, TOKENS - 1, new int[][] {set});
                requireClose(chosen, 0, scene.output(TOKENS - 1, set), tolerance);
            }
        }
    }

    @ParameterizedTest(name = "{0} positions")
    @ValueSource(ints = {1, 63, 64, 65, 150})
    void probabilities_eachHead_agreeWithSoftmax(int count) {
        Scene scene = new Scene(count, 3, 20);
        float[] got = new float[count];
        for (Backend backend : BACKENDS) {
            try (KvCache cache = scene.cache(backend, 0)) {
                for (int head = 0; head < scene.shape.heads(); head++) {
                    backend.probabilities(scene.shape, cache, 0, scene.queries(backend), 9, head, count, got);
                    requireClose(got, 0, scene.probabilities(9, head, upTo(count)), 2e-6);
                }
            }
        }
    }

    @ParameterizedTest(name = "seed {0}, {1} heads of {2}")
    @CsvSource({"1,4,32", "2,1,16", "3,3,13", "4,8,64"})
    void indexScores_negativeWeights_reluComesFirst(long seed, int heads, int dim) {
        Random random = new Random(seed);
        float[] keys = TestData.normal(random, TOKENS * dim);
        float[] q = TestData.normal(random, 2 * heads * dim);
        float[] w = TestData.normal(random, 2 * heads);
        w[heads] = -Math.abs(w[heads]);
        for (Backend backend : BACKENDS) {
            try (KvCache cache = new KvCache(new KvShape(1, 1, 4, 4, dim), POOL)) {
                backend.storeIndexKeys(cache, 0, 0, TestData.tensor(backend, TOKENS, dim, keys), TOKENS);
                for (int count : new int[] {1, 64, 65, TOKENS}) {
                    float[] got = new float[count + 1];
                    got[count] = 77;
                    backend.indexScores(
                            cache,
                            0,
                            TestData.tensor(backend, 2, heads * dim, q),
                            TestData.tensor(backend, 2, heads, w),
                            1,
                            count,
                            got);
                    double[] want = new double[count];
                    for (int s = 0; s < count; s++) {
                        for (int j = 0; j < heads; j++) {
                            double product = 0;
                            for (int d = 0; d < dim; d++) {
                                product += (double) q[(heads + j) * dim + d] * keys[s * dim + d];
                            }
                            want[s] += w[heads + j] * Math.max(0, product);
                        }
                    }
                    requireClose(got, 0, want, 2e-5 * heads);
                    assertThat(got[count]).isEqualTo(77);
                }
            }
        }
    }
}
