package dev.tarn.engine.model;

import dev.tarn.engine.attention.LightningIndexer;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.compute.RopeLayout;
import dev.tarn.engine.compute.Weight;
import dev.tarn.engine.format.TensorType;
import dev.tarn.engine.format.TensorView;
import dev.tarn.engine.model.architecture.Architecture;
import dev.tarn.engine.synthesis.RandomWeights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An indexer that was never trained: 4 heads of 64, as trained ones have, half precision weights. It costs what a trained one
 * costs and chooses nonsense, which is all that measuring speed asks.
 */
public final class RandomIndexer implements IndexerSource {
    private static final int HEADS = 4;
    private static final int DIM = 64;
    private static final int ROPE_DIMS = 32;
    private static final double ROPE_THETA = 10_000;
    private static final float NORM_EPS = 1e-6f;

    private final Arena memory = Arena.ofShared();
    private final long seed;

    /** An indexer whose weights depend on the seed alone. */
    public RandomIndexer(long seed) {
        this.seed = seed;
    }

    @Override
    public String origin() {
        return "random, " + HEADS + " heads of " + DIM;
    }

    @Override
    public LightningIndexer bind(Architecture a, Backend backend, int maxRows) {
        Rope rope = Rope.ofTheta(ROPE_DIMS, ROPE_THETA, RopeLayout.HALF_SPLIT);
        List<LightningIndexer.@Nullable Layer> layers = new ArrayList<>();
        for (int i = 0; i < a.layers(); i++) {
            long base = seed * 1_000_003 + i * 3L;
            layers.add(new LightningIndexer.Layer(
                    matrix(backend, HEADS * DIM, a.hidden(), base),
                    matrix(backend, DIM, a.hidden(), base + 1),
                    constant(backend, 1),
                    constant(backend, 0),
                    matrix(backend, HEADS, a.hidden(), base + 2)));
        }
        return new LightningIndexer(
                backend, new LightningIndexer.Shape(HEADS, DIM, rope, NORM_EPS, 1, 0, 0), layers, maxRows);
    }

    private Weight matrix(Backend backend, int rows, int cols, long own) {
        MemorySegment data = RandomWeights.matrix(memory, TensorType.F16, rows, cols, 1 / Math.sqrt(cols), own);
        return backend.weight(new TensorView("random", TensorType.F16, new long[] {rows, cols}, data));
    }

    private Weight constant(Backend backend, float value) {
        MemorySegment data = memory.allocate(ValueLayout.JAVA_FLOAT, DIM);
        for (int i = 0; i < DIM; i++) {
            data.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
        }
        return backend.weight(new TensorView("constant", TensorType.F32, new long[] {DIM}, data));
    }

    @Override
    public void close() {
        memory.close();
    }
}
