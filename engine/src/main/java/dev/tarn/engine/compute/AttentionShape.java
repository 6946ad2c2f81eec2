package dev.tarn.engine.compute;

/**
 * The heads of grouped-query attention. Query head h reads KV head h / (heads / kvHeads).
 *
 * @param heads query heads
 * @param kvHeads KV heads; divides heads
 * @param keyDim floats of one query or key
 * @param valueDim floats of one value
 * @param scale what a query-key product is multiplied by before the softmax
 */
public record AttentionShape(int heads, int kvHeads, int keyDim, int valueDim, float scale) {
    /** Query heads that share a KV head. */
    public int groupSize() {
        return heads / kvHeads;
    }
}
