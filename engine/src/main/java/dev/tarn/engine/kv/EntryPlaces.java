package dev.tarn.engine.kv;

import java.lang.foreign.MemorySegment;

/**
 * Entries by place instead of by position, in pages of {@link KvCache#BLOCK} places: what attention reads where entries were brought
 * together first. Some may still be on their way when attention begins. Attention names entries by their index in its list of places.
 */
public interface EntryPlaces {
    /** How the entries are stored. */
    KvShape shape();

    /** The pages that the places lie in. */
    MemorySegment[] pages();

    /** Whether the entries at indices from .. to-1 have arrived. */
    boolean isHere(int from, int to);

    /**
     * Returns when the entries at indices from .. to-1 have arrived.
     *
     * @param worker which thread waits
     * @throws dev.tarn.engine.EngineException where one cannot be read
     */
    void await(int from, int to, int worker);

    /** Is told that a worker has attended to the entries at indices from .. to-1; what awaits them has returned before. */
    default void attended(int from, int to, int worker) {}
}
