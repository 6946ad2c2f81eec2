package dev.tarn.engine.model;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.Rope;

/**
 * What the decoder must know of a model to run it.
 *
 * @param name the family, as GGUF's {@code general.architecture} or Hugging Face's {@code model_type} names it
 * @param layers decoder layers
 * @param hidden floats of the residual stream
 * @param attention heads and their sizes
 * @param feedForward floats between the two halves of the gated MLP
 * @param vocabulary rows of the embedding
 * @param contextLength tokens the model was trained for
 * @param normEps the epsilon of every RMSNorm
 * @param rope the rotation of queries and keys
 */
public record Architecture(
        String name,
        int layers,
        int hidden,
        AttentionShape attention,
        int feedForward,
        int vocabulary,
        int contextLength,
        float normEps,
        Rope rope) {}
