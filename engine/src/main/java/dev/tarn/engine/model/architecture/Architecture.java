package dev.tarn.engine.model.architecture;

import dev.tarn.engine.compute.Activation;
import dev.tarn.engine.compute.AttentionShape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the decoder must know of a model to run it.
 *
 * @param name the family, as GGUF's {@code general.architecture} or Hugging Face's {@code model_type} names it
 * @param hidden floats of the residual stream
 * @param vocabulary rows of the embedding
 * @param contextLength tokens the model was trained for, times the stretch
 * @param normEps the epsilon of the RMSNorms on the residual stream and of QK norms
 * @param gainOffset what is added to every RMSNorm gain of the file: 1 where it stores gain - 1
 * @param sandwichNorms whether attention and MLP outputs are normalised too before they join the residual stream
 * @param embedding how ids become hidden states and hidden states logits
 * @param attention heads and sizes of attention over what the cache holds; for {@link AttentionProjection.Latent} one KV head whose
 *     key is latent and rotary key, whose value is the latent
 * @param projection how hidden states become queries, keys and values, and back
 * @param activation the gate's function in every MLP
 * @param feedForwardBias whether the linear maps of dense MLPs have biases
 * @param indexer the checkpoint's own lightning indexer, or null
 * @param stretch how many times the context is longer than in training: 1, or as {@link ContextStretch} was asked
 * @param stack the layers
 */
public record Architecture(
        String name,
        int hidden,
        int vocabulary,
        int contextLength,
        float normEps,
        float gainOffset,
        boolean sandwichNorms,
        EmbeddingDescription embedding,
        AttentionShape attention,
        AttentionProjection projection,
        Activation activation,
        boolean feedForwardBias,
        @Nullable IndexerDescription indexer,
        double stretch,
        List<LayerDescription> stack) {
    /** The same model with its context stretched. */
    Architecture stretched(double factor, int context, List<LayerDescription> layers) {
        return new Architecture(
                name,
                hidden,
                vocabulary,
                context,
                normEps,
                gainOffset,
                sandwichNorms,
                embedding,
                attention,
                projection,
                activation,
                feedForwardBias,
                indexer,
                factor,
                layers);
    }

    /** Decoder layers. */
    public int layers() {
        return stack.size();
    }
}
