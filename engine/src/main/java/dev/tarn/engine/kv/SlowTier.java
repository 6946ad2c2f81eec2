package dev.tarn.engine.kv;

import java.lang.foreign.MemorySegment;

/** Where every entry of one sequence lives. Reads may run on several threads at a time, beside no write. */
public interface SlowTier {
    /**
     * Copies the entries of positions first .. first+count-1 of a layer, one after the other.
     *
     * @param at where the first goes, in bytes
     * @throws dev.tarn.engine.EngineException where they cannot be read
     */
    void read(int layer, int first, int count, MemorySegment to, long at);

    /** How many reads are worth having under way beside the threads that compute; 0 where reading is copying memory. */
    int readers();
}
