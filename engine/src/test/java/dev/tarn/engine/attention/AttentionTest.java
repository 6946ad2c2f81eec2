package dev.tarn.engine.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.TestData;
import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.AttentionState;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.VectorKernels;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.KvShape;
import dev.tarn.engine.kv.PagePool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttentionTest {
    private static final int TOKENS = 90;
    private static final int DIM = 16;
    private static final AttentionShape SHAPE = new AttentionShape(4, 2, DIM, DIM, 0.25f);

    private final Backend backend = new CpuBackend(new VectorKernels(), 2);
    private final PagePool pool = new PagePool();
    private final KvCache cache = new KvCache(new KvShape(3, 2, DIM, DIM, 0), pool);
    private final float[] queries = TestData.normal(new Random(1), TOKENS * 4 * DIM);
    private final List<Heard> heard = new ArrayList<>();

    private record Heard(int layer, int position, int group, int[] positions, boolean ranked) {}

    AttentionTest() {
        Random random = new Random(2);
        for (int layer = 0; layer < 3; layer++) {
            Tensor k = TestData.tensor(backend, TOKENS, 2 * DIM, TestData.normal(random, TOKENS * 2 * DIM));
            Tensor v = TestData.tensor(backend, TOKENS, 2 * DIM, TestData.normal(random, TOKENS * 2 * DIM));
            backend.storeEntries(cache, layer, 0, k, v, TOKENS);
        }
        cache.advanceTo(TOKENS);
    }

    @AfterEach
    void close() {
        backend.close();
        pool.close();
    }

    private void hear(LayerInput input, int row, int group, Selection selection, float[] scores) {
        int[] positions = Arrays.copyOf(selection.positions, selection.count);
        heard.add(new Heard(input.layer(), input.position(row), group, positions, scores != null));
    }

    /** The tokens first..first+rows-1 as one forward pass would give them to attention. */
    private LayerInput input(int layer, int first, int rows) {
        float[] q = Arrays.copyOfRange(queries, first * 4 * DIM, (first + rows) * 4 * DIM);
        Tensor tensor = TestData.tensor(backend, rows, 4 * DIM, q);
        return new LayerInput(cache, layer, first, rows, tensor, tensor);
    }

    private float[] attend(String spec, int layer, int first, int rows, int sparseFrom) {
        heard.clear();
        Tensor out = backend.allocate(rows, 4 * DIM);
        new Attention(backend, SHAPE, AttentionSpecs.parse(spec), null, this::hear)
                .attend(input(layer, first, rows), sparseFrom, out);
        return TestData.read(out, rows);
    }

    @ParameterizedTest(name = "{0}, first position {1}, {2} rows")
    @CsvSource({
        "random:k=2, 0, 90",
        "oracle:k=3, 0, 90",
        "window:k=5, 0, 90",
        "random:k=40, 0, 90",
        "random:k=64, 30, 60",
        "random:k=62, 60, 30",
        "random:k=90, 0, 90",
        "random:k=50, 49, 1"
    })
    void attend_positionsWithinTheBudget_areBitIdenticalToDense(String spec, int first, int rows) {
        float[] sparse = attend(spec, 1, first, rows, 0);
        int k = AttentionSpecs.parse(spec).k();
        assertThat(heard).hasSize(rows);
        for (Heard h : heard) {
            assertThat(h.ranked()).isEqualTo(h.position() + 1 > k);
            assertThat(h.positions()).hasSize(Math.min(k, h.position() + 1));
        }
        float[] dense = attend("dense", 1, first, rows, 0);
        int same = Math.min(rows, k - first) * 4 * DIM;
        assertThat(Arrays.copyOf(sparse, same)).isEqualTo(Arrays.copyOf(dense, same));
        assertThat(sparse.length == same || !Arrays.equals(sparse, dense)).isTrue();
    }

    @ParameterizedTest(name = "sparse from {0}")
    @ValueSource(ints = {0, 1, 2, 20, 40, 89, 90, Integer.MAX_VALUE})
    void attend_positionsBelowSparseFrom_areDenseAndUnheard(int sparseFrom) {
        float[] dense = attend("dense", 0, 0, TOKENS, Integer.MAX_VALUE);
        assertThat(heard).isEmpty();
        float[] got = attend("random:k=10", 0, 0, TOKENS, sparseFrom);
        int from = Math.min(sparseFrom, TOKENS);
        assertThat(heard)
                .extracting(Heard::position)
                .containsExactlyElementsOf(IntStream.range(from, TOKENS).boxed().toList());
        int same = Math.max(from, 10) * 4 * DIM;
        assertThat(Arrays.copyOf(got, same)).isEqualTo(Arrays.copyOf(dense, same));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"dense", "window:k=12,sink=3", "oracle:k=12", "random:k=12", "random:k=12,sink=2,recent=4"})
    void listener_everyRow_hearsAscendingSetsOfTheRightSize(String text) {
        AttentionSpec spec = AttentionSpecs.parse(text);
        for (int layer = 0; layer < 3; layer++) {
            attend(text, layer, 5, 40, 0);
            assertThat(heard).hasSize(40);
            for (int row = 0; row < 40; row++) {
                Heard h = heard.get(row);
                assertThat(h.layer()).isEqualTo(layer);
                assertThat(h.position()).isEqualTo(5 + row);
                assertThat(h.group()).isEqualTo(Selection.ALL_HEADS);
                int n = h.position() + 1;
                assertThat(h.positions()).hasSize(spec.isDense() ? n : Math.min(n, 12));
                for (int i = 0; i < h.positions().length; i++) {
                    assertThat(h.positions()[i]).isBetween(i == 0 ? 0 : h.positions()[i - 1] + 1, n - 1);
                }
            }
        }
    }

    @Test
    void attend_window_keepsSinksAndTheNewest() {
        attend("window:k=6,sink=2", 0, 50, 1, 0);
        assertThat(heard.getFirst().positions()).containsExactly(0, 1, 47, 48, 49, 50);
    }

    @Test
    void attend_shareHead_selectsOncePerKvHead() {
        float[] apart = attend("oracle:k=9,share=head", 2, 80, 1, 0);
        assertThat(heard).extracting(Heard::group).containsExactly(0, 1);
        for (Heard h : heard) {
            assertThat(h.positions()).isEqualTo(best(2, 80, 9, 2 * h.group(), 2 * h.group() + 2));
        }
        float[] want = new float[4 * DIM];
        for (Heard h : List.copyOf(heard)) {
            AttentionState state = new AttentionState(SHAPE);
            backend.attendSelected(SHAPE, cache, 2, input(2, 80, 1).queries(), 0, 0, 2, h.positions(), 9, state);
            for (int head = 2 * h.group(); head < 2 * h.group() + 2; head++) {
                state.output(head, want, head * DIM);
            }
        }
        assertThat(apart).isEqualTo(want);
    }

    /** The k positions of most probability, summed over heads, by sorting. */
    private int[] best(int layer, int t, int k, int fromHead, int toHead) {
        double[] sums = new double[t + 1];
        float[] p = new float[t + 1];
        for (int head = fromHead; head < toHead; head++) {
            backend.probabilities(SHAPE, cache, layer, input(layer, t, 1).queries(), 0, head, t + 1, p);
            for (int s = 0; s <= t; s++) {
                sums[s] += p[s];
            }
        }
        return IntStream.rangeClosed(0, t)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer s) -> -sums[s]))
                .limit(k)
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
    }

    @ParameterizedTest(name = "k {0}")
    @ValueSource(ints = {1, 7, 64, 80})
    void attend_oracle_takesTheLargestProbabilities(int k) {
        attend("oracle:k=" + k, 1, 85, 1, 0);
        assertThat(heard.getFirst().positions()).isEqualTo(best(1, 85, k, 0, 4));
    }

    @Test
    void attend_random_dependsOnSeedLayerAndPositionOnly() {
        attend("random:k=20,seed=5", 1, 40, 50, 0);
        List<int[]> batch = heard.stream().map(Heard::positions).toList();
        for (int t = 40; t < 90; t++) {
            attend("random:k=20,seed=5", 1, t, 1, 0);
            assertThat(heard.getFirst().positions()).isEqualTo(batch.get(t - 40));
        }
        int[] last = batch.getLast();
        attend("random:k=20,seed=6", 1, 89, 1, 0);
        assertThat(heard.getFirst().positions()).isNotEqualTo(last);
        attend("random:k=20,seed=5", 2, 89, 1, 0);
        assertThat(heard.getFirst().positions()).isNotEqualTo(last);
        assertThat(batch.get(48)).isNotEqualTo(last);
    }

    @Test
    void attend_random_takesEachPositionAboutEquallyOften() {
        int[] taken = new int[90];
        for (int seed = 0; seed < 400; seed++) {
            attend("random:k=45,seed=" + seed, 0, 89, 1, 0);
            for (int s : heard.getFirst().positions()) {
                taken[s]++;
            }
        }
        // 400 draws at 1/2: standard deviation 10; six of them are beyond chance.
        assertThat(Arrays.stream(taken).boxed()).allMatch(n -> n > 140 && n < 260);
    }

    @Test
    void new_lightningWithoutIndexer_saysWhatToDo() {
        assertThatThrownBy(() ->
                        new Attention(backend, SHAPE, AttentionSpecs.parse("dsa:k=8"), null, SelectionListener.NONE))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("needs a lightning indexer and the model has none")
                .hasMessageContaining("--indexer FILE");
    }

    @Test
    void spec_ofAWindow_isResolved() {
        Attention attention =
                new Attention(backend, SHAPE, AttentionSpecs.parse("window"), null, SelectionListener.NONE);
        assertThat(attention.spec().sink()).hasValue(4);
        assertThat(attention.spec().recent()).hasValue(0);
    }

    /** A window of 7 in layer 1 only: no spec changes what that layer attends to, and no listener hears of it. */
    @ParameterizedTest
    @ValueSource(strings = {"dense", "random:k=3", "oracle:k=50,share=head"})
    void attend_slidingWindowLayer_keepsToItsWindowUnheard(String spec) {
        List<LayerScope> scopes = List.of(LayerScope.GLOBAL, new LayerScope(7, false), LayerScope.GLOBAL);
        Attention attention =
                new Attention(backend, SHAPE, scopes, AttentionSpecs.parse(spec), TieOrder.LOWER, null, this::hear);
        Tensor got = backend.allocate(30, 4 * DIM);
        Tensor want = backend.allocate(30, 4 * DIM);

        attention.attend(input(1, 60, 30), 0, got);
        backend.attendWindow(SHAPE, cache, 1, input(1, 60, 30).queries(), 30, 60, 7, want);

        assertThat(TestData.read(got, 30)).isEqualTo(TestData.read(want, 30));
        assertThat(heard).isEmpty();
        attention.attend(input(2, 60, 30), 0, got);
        assertThat(heard).hasSizeGreaterThanOrEqualTo(30);
    }
}
