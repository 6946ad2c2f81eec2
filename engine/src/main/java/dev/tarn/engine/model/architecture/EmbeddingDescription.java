package dev.tarn.engine.model.architecture;

/**
 * The two ends of a decoder.
 *
 * @param scale what embeddings are multiplied by, in float32
 * @param tied whether the embedding is the output matrix too
 * @param logitSoftcap c where logits become c · tanh(logit / c), 0 where they stay
 */
public record EmbeddingDescription(float scale, boolean tied, float logitSoftcap) {}
