package dev.tarn.engine.model;

import dev.tarn.engine.compute.Weight;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The weights of one decoder layer.
 *
 * @param attentionNorm [hidden]
 * @param attention maps to queries and entries, and back
 * @param postAttentionNorm [hidden], of attention's output; null where it is not normalised
 * @param feedForwardNorm [hidden]
 * @param feedForward the MLP
 * @param postFeedForwardNorm [hidden], of the MLP's output; null where it is not normalised
 */
record LayerWeights(
        Weight attentionNorm,
        Attention attention,
        @Nullable Weight postAttentionNorm,
        Weight feedForwardNorm,
        FeedForward feedForward,
        @Nullable Weight postFeedForwardNorm) {
    /** The weights of an attention projection. */
    sealed interface Attention {}

    /**
     * Grouped-query attention.
     *
     * @param query [heads · keyDim, hidden]
     * @param key [kvHeads · keyDim, hidden]
     * @param value [kvHeads · valueDim, hidden]
     * @param output [hidden, heads · valueDim]
     * @param queryNorm [keyDim], null where queries are not normalised
     * @param keyNorm [keyDim], null where keys are not normalised
     */
    record Grouped(
            Linear query,
            Linear key,
            Linear value,
            Linear output,
            @Nullable Weight queryNorm,
            @Nullable Weight keyNorm) implements Attention {}

    /**
     * Multi-head latent attention.
     *
     * @param queryDown [queryRank, hidden]
     * @param queryNorm [queryRank]
     * @param queryUp [heads · (nopeDim + ropeDim), queryRank]
     * @param latentDown [latentDim + ropeDim, hidden]
     * @param latentNorm [latentDim]
     * @param latentUp [heads · (nopeDim + valueDim), latentDim]: each head's key rows, then its value rows
     * @param output [hidden, heads · valueDim]
     */
    record Latent(
            Linear queryDown,
            Weight queryNorm,
            Weight queryUp,
            Linear latentDown,
            Weight latentNorm,
            Weight latentUp,
            Linear output)
            implements Attention {}

    /** The weights of an MLP. */
    sealed interface FeedForward {}

    /**
     * A gated MLP.
     *
     * @param gate [size, hidden]
     * @param up [size, hidden]
     * @param down [hidden, size]
     */
    record Dense(Linear gate, Linear up, Linear down) implements FeedForward {}

    /**
     * A mixture of experts.
     *
     * @param router [experts, hidden]
     * @param correction what is added to each expert's score for the choice only; empty where nothing is
     * @param experts the experts
     * @param shared the MLP that every token goes through as well, or null
     */
    record Experts(
            Weight router,
            float[] correction,
            List<Dense> experts,
            @Nullable Dense shared) implements FeedForward {}
}
