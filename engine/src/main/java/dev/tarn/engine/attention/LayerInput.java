package dev.tarn.engine.attention;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.AttentionState;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.reserve.ReservedSequence;
import org.jspecify.annotations.Nullable;

/**
 * What attention sees of one layer in one forward pass over consecutive tokens of one sequence. A decoder reuses one object for all
 * layers and passes.
 */
public final class LayerInput {
    private final Tensor hidden;
    private final Tensor queries;
    private final Tensor indexInput;
    private KvCache cache;
    private int layer;
    private int firstPosition;
    private int rows;
    private @Nullable ReservedSequence reserved;

    /**
     * The input of a layer.
     *
     * @param cache the sequence's cache; already holds the entries (and index keys) of these tokens in this layer
     * @param layer the layer
     * @param firstPosition the position of row 0
     * @param rows how many tokens
     * @param hidden the layer's attention input, after its input norm, [rows, hidden]
     * @param queries the queries after RoPE, [rows, heads · keyDim]
     * @param indexInput what index queries are made from: {@code hidden}, or the query latent where attention is latent
     */
    public LayerInput(
            KvCache cache, int layer, int firstPosition, int rows, Tensor hidden, Tensor queries, Tensor indexInput) {
        this.cache = cache;
        this.layer = layer;
        this.firstPosition = firstPosition;
        this.rows = rows;
        this.hidden = hidden;
        this.queries = queries;
        this.indexInput = indexInput;
    }

    /** Index queries are made from the hidden states. */
    public LayerInput(KvCache cache, int layer, int firstPosition, int rows, Tensor hidden, Tensor queries) {
        this(cache, layer, firstPosition, rows, hidden, queries, hidden);
    }

    /** Becomes the input of another layer or pass, with the same tensors, which reads straight from the cache. */
    public void moveTo(KvCache cache, int layer, int firstPosition, int rows) {
        moveTo(cache, layer, firstPosition, rows, null);
    }

    /**
     * Becomes the input of another layer or pass, with the same tensors.
     *
     * @param reserved what a single row reads entries through, or null
     */
    public void moveTo(KvCache cache, int layer, int firstPosition, int rows, @Nullable ReservedSequence reserved) {
        this.cache = cache;
        this.layer = layer;
        this.firstPosition = firstPosition;
        this.rows = rows;
        this.reserved = reserved;
    }

    /** What this layer reads chosen entries through; null where it reads them from the cache. */
    @Nullable
    ReservedSequence reserved() {
        ReservedSequence of = reserved;
        return of != null && of.serves(layer) ? of : null;
    }

    /** Adds chosen entries to the attention state of one query, from where they are to be read. */
    void attend(
            Backend backend,
            AttentionShape shape,
            int row,
            int fromKvHead,
            int toKvHead,
            int[] positions,
            int count,
            AttentionState state,
            float @Nullable [] scores) {
        ReservedSequence of = reserved();
        if (of == null) {
            backend.attendSelected(
                    shape, cache, layer, queries, row, fromKvHead, toKvHead, positions, count, state, scores);
        } else {
            of.attend(backend, shape, queries, row, fromKvHead, toKvHead, positions, count, state, scores);
        }
    }

    /** The sequence's cache. */
    public KvCache cache() {
        return cache;
    }

    /** The layer. */
    public int layer() {
        return layer;
    }

    /** The position of row 0. */
    public int firstPosition() {
        return firstPosition;
    }

    /** How many tokens. */
    public int rows() {
        return rows;
    }

    /** The layer's attention input. */
    public Tensor hidden() {
        return hidden;
    }

    /** The queries. */
    public Tensor queries() {
        return queries;
    }

    /** What index queries are made from. */
    public Tensor indexInput() {
        return indexInput;
    }

    /** t, the position of a row. */
    public int position(int row) {
        return firstPosition + row;
    }
}
