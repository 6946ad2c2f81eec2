package dev.tarn.engine.model;

import dev.tarn.engine.attention.LayerScope;
import dev.tarn.engine.compute.Weight;
import dev.tarn.engine.model.architecture.Architecture;
import java.util.ArrayList;
import java.util.List;

/**
 * What a decoder computes with.
 *
 * @param embedding [vocabulary, hidden]
 * @param outputNorm [hidden]
 * @param output [vocabulary, hidden]; the embedding where they are tied
 * @param scopes of each layer
 */
record DecoderWeights(
        Architecture architecture,
        Weight embedding,
        Weight outputNorm,
        Weight output,
        List<LayerWeights> layers,
        List<LayerScope> scopes) {

    /**
     * Binds a model's weights to a backend.
     *
     * @throws dev.tarn.engine.EngineException where one is missing or of another shape
     */
    static DecoderWeights load(
            Architecture a, TensorNames names, WeightLoader loader, LayerLoader layerLoader, List<LayerScope> scopes) {
        Weight embedding = loader.matrix(names.embedding(), a.vocabulary(), a.hidden());
        Weight outputNorm = loader.vector(names.outputNorm(), a.hidden(), a.gainOffset());
        Weight output = a.embedding().tied() ? embedding : loader.matrix(names.output(), a.vocabulary(), a.hidden());
        List<LayerWeights> layers = new ArrayList<>();
        for (int layer = 0; layer < a.layers(); layer++) {
            layers.add(layerLoader.load(layer));
        }
        return new DecoderWeights(a, embedding, outputNorm, output, List.copyOf(layers), List.copyOf(scopes));
    }
}
