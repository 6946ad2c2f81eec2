package dev.tarn.engine.kv;

/**
 * What one token leaves in every layer.
 *
 * @param layers layers of the model
 * @param kvHeads KV heads of a layer
 * @param keyDim numbers of one head's key
 * @param valueDim numbers of one head's value
 * @param valueInKey whether a value is the first valueDim numbers of its key and not stored again (multi-head latent attention,
 *     DeepSeek-V2, section 2.1: the key is the compressed latent and the shared rotary key, the value the latent)
 * @param indexDim numbers of one index key, 0 where no indexer is attached
 * @param types how they are stored
 */
public record KvShape(
        int layers, int kvHeads, int keyDim, int valueDim, boolean valueInKey, int indexDim, KvTypes types) {
    /** Keys and values stored side by side, in float32. */
    public KvShape(int layers, int kvHeads, int keyDim, int valueDim, int indexDim) {
        this(layers, kvHeads, keyDim, valueDim, false, indexDim);
    }

    /** Everything in float32. */
    public KvShape(int layers, int kvHeads, int keyDim, int valueDim, boolean valueInKey, int indexDim) {
        this(layers, kvHeads, keyDim, valueDim, valueInKey, indexDim, KvTypes.F32);
    }

    /** The same shape stored as {@code other}. */
    public KvShape stored(KvTypes other) {
        return new KvShape(layers, kvHeads, keyDim, valueDim, valueInKey, indexDim, other);
    }

    /** Bytes of one entry E: K and V of one token in one layer, all KV heads together. */
    public long entryBytes() {
        long value = valueInKey ? 0 : types.entries().bytes(valueDim);
        return kvHeads * (types.entries().bytes(keyDim) + value);
    }

    /** Where the key of a head begins in an entry, in bytes. */
    public long keyOffset(int head) {
        return head * types.entries().bytes(keyDim);
    }

    /** Where the value of a head begins in an entry, in bytes. */
    public long valueOffset(int head) {
        return valueInKey
                ? keyOffset(head)
                : keyOffset(kvHeads) + head * types.entries().bytes(valueDim);
    }

    /** Bytes of one token's index key in one layer. */
    public long indexBytes() {
        return types.indexKeys().bytes(indexDim);
    }
}
