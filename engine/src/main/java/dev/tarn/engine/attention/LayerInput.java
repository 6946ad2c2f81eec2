package dev.tarn.engine.attention;

import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.kv.KvCache;

/**
 * What attention sees of one layer in one forward pass over consecutive tokens of one sequence.
 *
 * @param cache the sequence's cache; already holds the entries (and index keys) of these tokens in this layer
 * @param layer the layer
 * @param firstPosition the position of row 0
 * @param rows how many tokens
 * @param hidden the layer's attention input, after its input norm, [rows, hidden]
 * @param queries the queries after RoPE, [rows, heads · keyDim]
 * @param indexInput what index queries are made from: {@code hidden}, or the query latent where attention is latent
 */
public record LayerInput(
        KvCache cache, int layer, int firstPosition, int rows, Tensor hidden, Tensor queries, Tensor indexInput) {
    /** Index queries are made from the hidden states. */
    public LayerInput(KvCache cache, int layer, int firstPosition, int rows, Tensor hidden, Tensor queries) {
        this(cache, layer, firstPosition, rows, hidden, queries, hidden);
    }

    /** t, the position of a row. */
    public int position(int row) {
        return firstPosition + row;
    }
}
