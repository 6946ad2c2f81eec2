package dev.tarn.bench.kernels;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.AttentionState;
import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.KvShape;
import dev.tarn.engine.kv.PagePool;
import dev.tarn.engine.kv.RandomCache;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one layer does with the cache, at a depth: scoring all index keys, choosing k, attending to them, attending to all, and a
 * tile of dense prefill. The shape is Llama 3.2 1B's, the indexer's 4 heads of 64.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class AttentionBenchmark {
    private static final AttentionShape HEADS = new AttentionShape(32, 8, 64, 64, 0.125f);
    private static final int INDEX_HEADS = 4;
    private static final int INDEX_DIM = 64;
    private static final int TILE = 32;

    @Param({"vector", "plain"})
    public String kernels = "vector";

    @Param({"fast", "exact"})
    public String precision = "fast";

    @Param({"8192"})
    public int depth = 8192;

    @Param({"256"})
    public int k = 256;

    private final Arena memory = Arena.ofShared();
    private final AttentionState state = new AttentionState(HEADS);
    private Layer layer = new Layer(Twins.reference(), Precision.EXACT, 64, memory);
    private float[] scores = new float[0];
    private int[] chosen = new int[0];

    /** Operands on one backend; the same numbers on each. */
    private static final class Layer implements AutoCloseable {
        final CpuBackend backend;
        final PagePool pages = new PagePool();
        final KvCache cache;
        final Tensor queries;
        final Tensor indexQueries;
        final Tensor indexWeights;
        final Tensor out;

        Layer(CpuBackend backend, Precision precision, int depth, Arena memory) {
            this.backend = backend;
            KvShape shape = new KvShape(1, HEADS.kvHeads(), HEADS.keyDim(), HEADS.valueDim(), INDEX_DIM);
            cache = new KvCache(shape.stored(precision.kvTypes()), pages);
            RandomCache.fill(cache, depth, 3);
            queries = Twins.activations(memory, backend, TILE, HEADS.heads() * HEADS.keyDim());
            indexQueries = Twins.activations(memory, backend, TILE, INDEX_HEADS * INDEX_DIM);
            indexWeights = Twins.activations(memory, backend, TILE, INDEX_HEADS);
            out = backend.allocate(TILE, HEADS.heads() * HEADS.valueDim());
        }

        void score(int n, float[] into) {
            backend.indexScores(cache, 0, indexQueries, indexWeights, 0, n, into);
        }

        Tensor attend(int[] positions, AttentionState state) {
            state.reset();
            backend.attendSelected(HEADS, cache, 0, queries, 0, 0, HEADS.kvHeads(), positions, positions.length, state);
            backend.finishAttention(HEADS, state, out, 0);
            return out;
        }

        Tensor dense(int rows, int depth) {
            backend.attendDense(HEADS, cache, 0, queries, rows, depth - rows, out);
            return out;
        }

        @Override
        public void close() {
            pages.close();
            backend.close();
        }
    }

    /** Fills the caches and checks every operator. Stored in half precision and int8, results are off by as much. */
    @Setup
    public void setUp() {
        layer.close();
        Precision chosenPrecision = precision.equals("fast") ? Precision.FAST : Precision.EXACT;
        layer = new Layer(Twins.backend(kernels, chosenPrecision), chosenPrecision, depth, memory);
        scores = new float[depth];
        chosen = new SplittableRandom(5)
                .ints(0, depth)
                .distinct()
                .limit(k)
                .sorted()
                .toArray();
        try (Layer expected = new Layer(Twins.reference(), Precision.EXACT, depth, memory)) {
            float[] exact = new float[depth];
            expected.score(depth, exact);
            score();
            requireClose(exact, scores, chosenPrecision == Precision.FAST ? 0.05 : 1e-4);
            requireSelection(scores);
            double off = chosenPrecision == Precision.FAST ? 0.02 : 1e-4;
            Twins.requireClose(
                    "attention to " + k, expected.attend(chosen, new AttentionState(HEADS)), attendSelected(), off);
            Twins.requireClose("attention to all", expected.dense(1, depth), attendDense(), off);
            Twins.requireClose("a tile of prefill", expected.dense(TILE, depth), prefillTile(), off);
        }
    }

    private static void requireClose(float[] expected, float[] actual, double tolerance) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow(expected[i] - actual[i], 2);
            size += Math.pow(expected[i], 2);
        }
        if (!(difference <= tolerance * tolerance * size)) {
            throw new IllegalStateException("scores are off by " + Math.sqrt(difference / size));
        }
    }

    private void requireSelection(float[] values) {
        int[] picked = select();
        float least = Float.POSITIVE_INFINITY;
        for (int position : picked) {
            least = Math.min(least, values[position]);
        }
        float[] sorted = values.clone();
        Arrays.sort(sorted);
        if (least != sorted[sorted.length - k]) {
            throw new IllegalStateException(
                    "the least chosen score is " + least + ", not " + sorted[sorted.length - k]);
        }
    }

    /** Lightning indexer scores of all positions. */
    @Benchmark
    public float[] score() {
        layer.score(depth, scores);
        return scores;
    }

    /** The k best of the scores. */
    @Benchmark
    public int[] select() {
        int[] positions = new int[k];
        layer.backend.selectTop(scores, 0, depth, k, positions, 0);
        return positions;
    }

    /** One query over k positions. */
    @Benchmark
    public Tensor attendSelected() {
        return layer.attend(chosen, state);
    }

    /** One query over all positions. */
    @Benchmark
    public Tensor attendDense() {
        return layer.dense(1, depth);
    }

    /** The last queries of a prompt over all positions. */
    @Benchmark
    public Tensor prefillTile() {
        return layer.dense(TILE, depth);
    }

    /** Frees the caches. */
    @TearDown
    public void tearDown() {
        layer.close();
        memory.close();
    }
}
