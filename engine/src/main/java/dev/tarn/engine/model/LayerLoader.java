package dev.tarn.engine.model;

import dev.tarn.engine.attention.LightningIndexer;
import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.Weight;
import dev.tarn.engine.model.TensorNames.LayerPart;
import dev.tarn.engine.model.architecture.Architecture;
import dev.tarn.engine.model.architecture.AttentionProjection;
import dev.tarn.engine.model.architecture.FeedForward;
import dev.tarn.engine.model.architecture.IndexerDescription;
import org.jspecify.annotations.Nullable;

/** Takes the weights of one layer from a model's file. */
final class LayerLoader {
    private final WeightLoader loader;
    private final TensorNames names;
    private final Architecture a;
    private final ExpertLoader experts;

    LayerLoader(WeightLoader loader, TensorNames names, Architecture a) {
        this.loader = loader;
        this.names = names;
        this.a = a;
        this.experts = new ExpertLoader(loader, names, a.hidden());
    }

    LayerWeights load(int layer) {
        boolean sandwich = a.sandwichNorms();
        return new LayerWeights(
                norm(layer, LayerPart.ATTENTION_NORM, a.hidden()),
                switch (a.projection()) {
                    case AttentionProjection.Grouped grouped -> grouped(layer, grouped);
                    case AttentionProjection.Latent latent -> latent(layer, latent);
                },
                sandwich ? norm(layer, LayerPart.POST_ATTENTION_NORM, a.hidden()) : null,
                norm(layer, sandwich ? LayerPart.PRE_FEED_FORWARD_NORM : LayerPart.FEED_FORWARD_NORM, a.hidden()),
                switch (a.stack().get(layer).feedForward()) {
                    case FeedForward.Dense dense -> dense(layer, dense.size());
                    case FeedForward.Experts mixture -> experts.load(layer, mixture);
                },
                sandwich ? norm(layer, LayerPart.POST_FEED_FORWARD_NORM, a.hidden()) : null);
    }

    private Weight norm(int layer, LayerPart part, int length) {
        return loader.vector(names.stem(layer, part) + ".weight", length, a.gainOffset());
    }

    private Linear linear(int layer, LayerPart part, int rows, int cols, boolean bias) {
        return loader.linear(names.stem(layer, part), rows, cols, bias);
    }

    private LayerWeights.Grouped grouped(int layer, AttentionProjection.Grouped p) {
        AttentionShape heads = a.attention();
        int queries = heads.heads() * heads.keyDim();
        int keys = heads.kvHeads() * heads.keyDim();
        int values = heads.kvHeads() * heads.valueDim();
        int outputs = heads.heads() * heads.valueDim();
        return new LayerWeights.Grouped(
                linear(layer, LayerPart.QUERY, queries, a.hidden(), p.inputBias()),
                linear(layer, LayerPart.KEY, keys, a.hidden(), p.inputBias()),
                linear(layer, LayerPart.VALUE, values, a.hidden(), p.inputBias()),
                linear(layer, LayerPart.ATTENTION_OUTPUT, a.hidden(), outputs, p.outputBias()),
                p.qkNorm() ? norm(layer, LayerPart.QUERY_NORM, heads.keyDim()) : null,
                p.qkNorm() ? norm(layer, LayerPart.KEY_NORM, heads.keyDim()) : null);
    }

    private LayerWeights.Latent latent(int layer, AttentionProjection.Latent p) {
        int heads = a.attention().heads();
        return new LayerWeights.Latent(
                linear(layer, LayerPart.QUERY_DOWN, p.queryRank(), a.hidden(), p.bias()),
                norm(layer, LayerPart.QUERY_LATENT_NORM, p.queryRank()),
                linear(layer, LayerPart.QUERY_UP, heads * (p.nopeDim() + p.ropeDim()), p.queryRank(), false)
                        .weight(),
                linear(layer, LayerPart.LATENT_DOWN, p.latentDim() + p.ropeDim(), a.hidden(), p.bias()),
                norm(layer, LayerPart.LATENT_NORM, p.latentDim()),
                linear(layer, LayerPart.LATENT_UP, heads * (p.nopeDim() + p.valueDim()), p.latentDim(), false)
                        .weight(),
                linear(layer, LayerPart.ATTENTION_OUTPUT, a.hidden(), heads * p.valueDim(), p.bias()));
    }

    private LayerWeights.Dense dense(int layer, int size) {
        return new LayerWeights.Dense(
                linear(layer, LayerPart.GATE, size, a.hidden(), a.feedForwardBias()),
                linear(layer, LayerPart.UP, size, a.hidden(), a.feedForwardBias()),
                linear(layer, LayerPart.DOWN, a.hidden(), size, a.feedForwardBias()));
    }

    /** The checkpoint's own indexer of a layer; null where the layer shares another's selection. */
    LightningIndexer.@Nullable Layer indexer(int layer, IndexerDescription indexer, int queryRank) {
        if (a.stack().get(layer).sharesSelection()) {
            return null;
        }
        String norm = names.stem(layer, LayerPart.INDEX_KEY_NORM);
        return new LightningIndexer.Layer(
                linear(layer, LayerPart.INDEX_QUERY, indexer.heads() * indexer.dim(), queryRank, false)
                        .weight(),
                linear(layer, LayerPart.INDEX_KEY, indexer.dim(), a.hidden(), false)
                        .weight(),
                loader.vector(norm + ".weight", indexer.dim()),
                loader.vector(norm + ".bias", indexer.dim()),
                linear(layer, LayerPart.INDEX_WEIGHTS, indexer.heads(), a.hidden(), false)
                        .weight());
    }
}
