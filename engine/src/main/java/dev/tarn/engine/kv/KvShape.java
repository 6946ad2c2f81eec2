package dev.tarn.engine.kv;

/**
 * What one token leaves in every layer.
 *
 * @param layers layers of the model
 * @param kvHeads KV heads of a layer
 * @param keyDim floats of one head's key
 * @param valueDim floats of one head's value
 * @param valueInKey whether a value is the first valueDim floats of its key and not stored again (multi-head latent attention,
 *     DeepSeek-V2, section 2.1: the key is the compressed latent and the shared rotary key, the value the latent)
 * @param indexDim floats of one index key, 0 where no indexer is attached
 */
public record KvShape(int layers, int kvHeads, int keyDim, int valueDim, boolean valueInKey, int indexDim) {
    /** Keys and values stored side by side. */
    public KvShape(int layers, int kvHeads, int keyDim, int valueDim, int indexDim) {
        this(layers, kvHeads, keyDim, valueDim, false, indexDim);
    }

    /** Bytes of one entry E: K and V of one token in one layer, all KV heads together (float32). */
    public long entryBytes() {
        return (long) Float.BYTES * kvHeads * (valueInKey ? keyDim : keyDim + valueDim);
    }

    /** Bytes of one token's index key in one layer (float32). */
    public long indexBytes() {
        return (long) Float.BYTES * indexDim;
    }
}
