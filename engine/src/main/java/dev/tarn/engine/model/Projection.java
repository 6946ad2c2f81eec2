package dev.tarn.engine.model;

import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.kv.KvCache;
import org.jspecify.annotations.Nullable;

/** Turns a layer's input into queries and cache entries, and what was attended into the layer's output. */
interface Projection {
    /**
     * Computes the queries and stores the entries of {@code rows} tokens.
     *
     * @param rope the layer's rotation, or null
     * @param h the layer's input after its norm
     * @param position of row 0
     */
    void project(
            LayerWeights.Attention weights,
            @Nullable Rope rope,
            Tensor h,
            int rows,
            KvCache cache,
            int layer,
            int position);

    /** The queries that {@link #project} computed last. */
    Tensor queries();

    /** What index queries of a native indexer are made from, or null where that is the layer's input. */
    @Nullable
    Tensor queryLatent();

    /** y = the layer's output for what its heads attended. */
    void output(LayerWeights.Attention weights, Tensor attended, int rows, Tensor y);
}
