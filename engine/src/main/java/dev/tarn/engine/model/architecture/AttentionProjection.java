package dev.tarn.engine.model.architecture;

/** How a layer's input becomes queries and cache entries, and what was attended its output. */
public sealed interface AttentionProjection {
    /**
     * Grouped-query attention: one linear map each to queries, keys and values.
     *
     * @param qkNorm whether each head of queries and keys is normalised before rotation
     * @param inputBias whether the maps to queries, keys and values have biases
     * @param outputBias whether the map back has one
     */
    record Grouped(boolean qkNorm, boolean inputBias, boolean outputBias) implements AttentionProjection {}

    /**
     * Multi-head latent attention (DeepSeek-V2, section 2.1). Only the compressed latent and the shared rotary key are cached; the
     * maps from latent to keys and values are absorbed into queries and output.
     *
     * @param queryRank floats of the query latent
     * @param latentDim floats of the key-value latent
     * @param nopeDim floats of a query or key head without position
     * @param ropeDim floats of a query head and of the shared key with it
     * @param valueDim floats of a value head
     * @param normEps the epsilon of the norms of both latents
     * @param bias whether the maps to both latents and the map back have biases
     */
    record Latent(int queryRank, int latentDim, int nopeDim, int ropeDim, int valueDim, float normEps, boolean bias)
            implements AttentionProjection {}
}
