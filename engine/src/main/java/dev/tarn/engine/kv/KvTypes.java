package dev.tarn.engine.kv;

/**
 * How a cache stores what it holds.
 *
 * @param entries keys and values
 * @param indexKeys the keys that an indexer scores
 */
public record KvTypes(EntryType entries, IndexType indexKeys) {
    /** float32 throughout. */
    public static final KvTypes F32 = new KvTypes(EntryType.F32, IndexType.F32);

    /** Entries in half precision, index keys in int8: half and a quarter of the bytes. */
    public static final KvTypes COMPACT = new KvTypes(EntryType.F16, IndexType.I8);

    /** The same with entries stored as {@code type}. */
    public KvTypes withEntries(EntryType type) {
        return new KvTypes(type, indexKeys);
    }
}
