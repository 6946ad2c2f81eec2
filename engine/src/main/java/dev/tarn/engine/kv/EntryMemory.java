package dev.tarn.engine.kv;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Off-heap room for entries, one after the other, that can grow and is freed when closed. Kernels see it as pages of
 * {@link KvCache#BLOCK} entries. Not thread-safe.
 */
public final class EntryMemory implements AutoCloseable {
    private final long entryBytes;
    private Arena arena = Arena.ofShared();
    private MemorySegment memory;
    private int capacity;

    /** Room for at least {@code entries} entries of so many bytes; its content is whatever it held before. */
    public EntryMemory(long entryBytes, int entries) {
        this.entryBytes = entryBytes;
        this.capacity = whole(entries);
        this.memory = LargePages.allocate(arena, rounded(capacity * entryBytes));
    }

    /** Entries of whole pages. */
    private static int whole(int entries) {
        return Math.max(1, Math.ceilDiv(entries, KvCache.BLOCK)) * KvCache.BLOCK;
    }

    private static long rounded(long bytes) {
        return Math.ceilDiv(bytes, LargePages.BYTES) * LargePages.BYTES;
    }

    /** How many entries there is room for: whole pages. */
    public int capacity() {
        return capacity;
    }

    /** Bytes taken from the system. */
    public long bytes() {
        return memory.byteSize();
    }

    /** All of it; entry i begins at i times the bytes of an entry. */
    public MemorySegment segment() {
        return memory;
    }

    /** Makes room for at least {@code entries} entries and keeps the content; earlier segments are no longer valid. */
    public void grow(int entries) {
        if (entries <= capacity) {
            return;
        }
        int more = whole(Math.max(entries, 2 * capacity));
        Arena fresh = Arena.ofShared();
        MemorySegment larger = LargePages.allocate(fresh, rounded(more * entryBytes));
        MemorySegment.copy(memory, 0, larger, 0, capacity * entryBytes);
        arena.close();
        arena = fresh;
        memory = larger;
        capacity = more;
    }

    /** Writes the pages to {@code pages} from {@code at} on. */
    public void copyPages(MemorySegment[] pages, int at) {
        long pageBytes = entryBytes * KvCache.BLOCK;
        for (int i = 0; i < capacity / KvCache.BLOCK; i++) {
            pages[at + i] = memory.asSlice(i * pageBytes, pageBytes);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
