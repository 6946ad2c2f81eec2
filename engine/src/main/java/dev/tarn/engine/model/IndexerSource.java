package dev.tarn.engine.model;

import dev.tarn.engine.attention.LightningIndexer;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.model.architecture.Architecture;

/** Where a dense backbone's lightning indexer comes from. */
public sealed interface IndexerSource extends AutoCloseable permits IndexerFile, RandomIndexer {
    /** What to call it in messages. */
    String origin();

    /**
     * Binds the weights to a backend for forward passes of up to {@code maxRows} tokens.
     *
     * @throws dev.tarn.engine.EngineException where the indexer was made for a model of another shape
     */
    LightningIndexer bind(Architecture architecture, Backend backend, int maxRows);

    /** Whether a layer that sees every position ranks for itself; else it attends to what the last one that does chose. */
    default boolean ranks(int layer) {
        return true;
    }

    /** Frees the weights. */
    @Override
    void close();
}
