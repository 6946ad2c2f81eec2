package dev.tarn.engine.kv;

/**
 * What one token leaves in every layer.
 *
 * @param layers layers of the model
 * @param kvHeads KV heads of a layer
 * @param keyDim floats of one head's key
 * @param valueDim floats of one head's value
 * @param indexDim floats of one index key, 0 where no indexer is attached
 */
public record KvShape(int layers, int kvHeads, int keyDim, int valueDim, int indexDim) {
    /** Bytes of one entry E: K and V of one token in one layer, all KV heads together (float32). */
    public long entryBytes() {
        return (long) Float.BYTES * kvHeads * (keyDim + valueDim);
    }

    /** Bytes of one token's index key in one layer (float32). */
    public long indexBytes() {
        return (long) Float.BYTES * indexDim;
    }
}
