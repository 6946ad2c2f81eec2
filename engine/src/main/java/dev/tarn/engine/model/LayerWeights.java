package dev.tarn.engine.model;

import dev.tarn.engine.compute.Weight;

/**
 * The weights of one decoder layer.
 *
 * @param attentionNorm [hidden]
 * @param query [heads · keyDim, hidden]
 * @param key [kvHeads · keyDim, hidden]
 * @param value [kvHeads · valueDim, hidden]
 * @param attentionOutput [hidden, heads · valueDim]
 * @param feedForwardNorm [hidden]
 * @param gate [feedForward, hidden]
 * @param up [feedForward, hidden]
 * @param down [hidden, feedForward]
 */
record LayerWeights(
        Weight attentionNorm,
        Weight query,
        Weight key,
        Weight value,
        Weight attentionOutput,
        Weight feedForwardNorm,
        Weight gate,
        Weight up,
        Weight down) {}
