package dev.tarn.engine.compute.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.engine.TestData;
import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.AttentionState;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.compute.RopeLayout;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.compute.Weight;
import dev.tarn.engine.format.TensorType;
import dev.tarn.engine.format.TensorView;
import dev.tarn.engine.kv.EntryType;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.KvShape;
import dev.tarn.engine.kv.KvTypes;
import dev.tarn.engine.kv.PagePool;
import dev.tarn.engine.synthesis.RandomWeights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every operator gives the same bits at any thread count. */
class ThreadCountTest {
    private static final AttentionShape SHAPE = new AttentionShape(6, 3, 20, 20, 0.3f);
    private static final int HIDDEN = 120;
    private static final int OUTPUTS = 150;
    private static final int COLS = 512;

    @ParameterizedTest(name = "{0} rows")
    @ValueSource(ints = {1, 7, 8, 9, 63, 64, 65, 200})
    void operators_oneToFourThreads_haveTheSameBits(int rows) {
        for (Kernels kernels : List.of(new PlainKernels(), new VectorKernels(), KernelProvider.select())) {
            List<float[]> one = results(kernels, 1, rows);
            for (int threads = 2; threads <= 4; threads++) {
                List<float[]> more = results(kernels, threads, rows);
                for (int i = 0; i < one.size(); i++) {
                    assertThat(more.get(i))
                            .as("operator %d, %d threads", i, threads)
                            .isEqualTo(one.get(i));
                }
            }
        }
    }

    /** What each operator in turn makes of the same random input. */
    private static List<float[]> results(Kernels kernels, int threads, int rows) {
        Random random = new Random(rows);
        List<float[]> results = new ArrayList<>();
        try (Backend backend = new CpuBackend(kernels, threads);
                PagePool pool = new PagePool()) {
            Tensor x = TestData.tensor(backend, rows, HIDDEN, TestData.normal(random, rows * HIDDEN));
            Weight w = TestData.weight(backend, OUTPUTS, HIDDEN, TestData.normal(random, OUTPUTS * HIDDEN));
            Weight gain = TestData.weight(backend, 1, HIDDEN, TestData.normal(random, HIDDEN));
            Tensor y = backend.allocate(rows, OUTPUTS);
            backend.matmul(w, x, rows, y);
            results.add(TestData.read(y, rows));
            Tensor z = backend.allocate(rows, HIDDEN);
            backend.rmsNorm(x, rows, gain, 1e-5f, z);
            results.add(TestData.read(z, rows));
            backend.layerNorm(x, rows, gain, gain, 1e-5f, z);
            results.add(TestData.read(z, rows));
            backend.swiglu(z, x, rows);
            results.add(TestData.read(z, rows));
            backend.rope(z, rows, 6, Rope.ofTheta(20, 1e4, RopeLayout.HALF_SPLIT), 5);
            backend.add(z, x, rows);
            results.add(TestData.read(z, rows));
            for (EntryType type : EntryType.values()) {
                attention(backend, pool, type, random, x, rows, results);
            }
        }
        storedWeights(kernels, threads, random, rows, results);
        return results;
    }

    /** With activations rounded where the kernels can. */
    private static void storedWeights(Kernels kernels, int threads, Random random, int rows, List<float[]> results) {
        try (Arena arena = Arena.ofShared();
                Backend backend = new CpuBackend(kernels, threads, Precision.FAST)) {
            Tensor x = TestData.tensor(backend, rows, COLS, TestData.normal(random, rows * COLS));
            Tensor y = backend.allocate(rows, OUTPUTS);
            for (TensorType type : List.of(TensorType.Q4_1, TensorType.Q6_K)) {
                MemorySegment data = RandomWeights.matrix(arena, type, OUTPUTS, COLS, 0.1, 3);
                Weight w = backend.weight(new TensorView("w", type, new long[] {OUTPUTS, COLS}, data));
                backend.matmul(w, x, rows, y);
                results.add(TestData.read(y, rows));
            }
        }
    }

    private static void attention(
            Backend backend,
            PagePool pool,
            EntryType type,
            Random random,
            Tensor queries,
            int rows,
            List<float[]> results) {
        int tokens = 2100;
        int dim = 24;
        KvTypes types = type == EntryType.F32 ? KvTypes.F32 : KvTypes.COMPACT.withEntries(type);
        KvCache cache = new KvCache(new KvShape(1, 3, 20, 20, dim).stored(types), pool);
        Tensor k = TestData.tensor(backend, tokens, 60, TestData.normal(random, tokens * 60));
        backend.storeEntries(cache, 0, 0, k, k, tokens);
        backend.storeIndexKeys(
                cache, 0, 0, TestData.tensor(backend, tokens, dim, TestData.normal(random, tokens * dim)), tokens);
        Tensor out = backend.allocate(rows, HIDDEN);
        backend.attendDense(SHAPE, cache, 0, queries, rows, 500, out);
        results.add(TestData.read(out, rows));
        backend.attendDense(SHAPE, cache, 0, queries, 1, tokens - 1, out);
        results.add(TestData.read(out, 1));
        int[] positions = IntStream.range(0, 300).map(i -> 7 * i).toArray();
        AttentionState state = new AttentionState(SHAPE);
        backend.attendSelected(SHAPE, cache, 0, queries, 0, 0, 3, positions, 300, state);
        results.add(state.weighted.clone());
        results.add(state.expSum.clone());
        float[] scores = new float[tokens];
        backend.probabilities(SHAPE, cache, 0, queries, 0, 4, tokens, scores);
        results.add(scores.clone());
        Tensor q = TestData.tensor(backend, 1, 4 * dim, TestData.normal(random, 4 * dim));
        Tensor w = TestData.tensor(backend, 1, 4, TestData.normal(random, 4));
        backend.indexScores(cache, 0, q, w, 0, tokens, scores);
        results.add(scores.clone());
        int[] best = new int[100];
        backend.selectTop(scores, 3, tokens, 100, best, 0);
        results.add(TestData.floats(best));
    }
}
