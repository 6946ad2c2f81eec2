package dev.tarn.engine.kv;

import java.lang.foreign.MemorySegment;

/** Holds the entries of one sequence in all layers. An entry of position p lies at place p mod {@link KvCache#BLOCK} of its page. */
interface EntryStore extends SlowTier {
    /** The page to write the entry of a position to. */
    MemorySegment write(int layer, int position);

    /** The page to read the entry of a position from, and of no other; valid until the next call. */
    MemorySegment page(int layer, int position);

    /** All pages of a layer, for kernels; more may follow those that are in use. Valid until another layer's are asked for. */
    MemorySegment[] pages(int layer);

    /** A full page of a layer, which the caller holds from now on: the page itself, or a copy where entries lie elsewhere. */
    PagePool.Page hold(int layer, int page);

    /** Adds a full page, the next one of the layer, that somebody else holds too: the page itself, or what it holds. */
    void share(int layer, int page, PagePool.Page full);

    /** Brings to its place what was written; called after each forward pass. */
    void settle();

    /** A second store with the same content. */
    EntryStore fork();

    /** Forgets the tokens from {@code tokens} on. */
    void truncate(int tokens);

    /** Gives back all memory. */
    void close();
}
