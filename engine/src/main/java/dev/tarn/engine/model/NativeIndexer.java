package dev.tarn.engine.model;

import dev.tarn.engine.attention.LightningIndexer;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.model.architecture.Architecture;
import dev.tarn.engine.model.architecture.AttentionProjection;
import dev.tarn.engine.model.architecture.IndexerDescription;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds the lightning indexer that a native DSA checkpoint was trained with. It keeps nothing but what it ranks highest. */
final class NativeIndexer {
    private NativeIndexer() {}

    static LightningIndexer bind(
            Architecture a, IndexerDescription indexer, LayerLoader loader, Backend backend, int maxRows) {
        int rank = a.projection() instanceof AttentionProjection.Latent latent ? latent.queryRank() : a.hidden();
        List<LightningIndexer.@Nullable Layer> layers = new ArrayList<>();
        for (int layer = 0; layer < a.layers(); layer++) {
            layers.add(loader.indexer(layer, indexer, rank));
        }
        float weightScale = (float) (1 / Math.sqrt((double) indexer.heads() * indexer.dim()));
        LightningIndexer.Shape shape = new LightningIndexer.Shape(
                indexer.heads(), indexer.dim(), indexer.rope(), indexer.normEps(), weightScale, 0, 0);
        return new LightningIndexer(backend, shape, layers, maxRows);
    }
}
