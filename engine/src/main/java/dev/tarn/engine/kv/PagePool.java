package dev.tarn.engine.kv;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Hands out off-heap pages and takes them back for reuse. All memory is returned to the system when the pool is closed,
 * whoever still holds pages. Not thread-safe: one decoding thread owns a pool.
 */
public final class PagePool implements AutoCloseable {
    private static final long ALIGNMENT = 64;
    private static final long SLAB_BYTES = 4L << 20;

    private final Arena arena = Arena.ofShared();
    private final Map<Long, ArrayDeque<Page>> free = new HashMap<>();
    private long allocatedBytes;
    private long usedBytes;

    /** Makes ready what the first page of a process has to wait for, so that it can be done beside other work. */
    public static void prepare() {
        LargePages.prepare();
    }

    /** A page of at least {@code bytes} bytes with one holder; its content is whatever it held before. */
    Page take(long bytes) {
        long size = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ArrayDeque<Page> pages = free.computeIfAbsent(size, _ -> new ArrayDeque<>());
        if (pages.isEmpty()) {
            addSlab(size, pages);
        }
        Page page = pages.pop();
        page.holders = 1;
        usedBytes += size;
        return page;
    }

    private void addSlab(long pageSize, ArrayDeque<Page> pages) {
        long bytes = Math.max(SLAB_BYTES, (pageSize + LargePages.BYTES - 1) / LargePages.BYTES * LargePages.BYTES);
        long count = bytes / pageSize;
        MemorySegment slab = LargePages.allocate(arena, bytes);
        allocatedBytes += slab.byteSize();
        for (long i = 0; i < count; i++) {
            pages.add(new Page(slab.asSlice(i * pageSize, pageSize), pages));
        }
    }

    /** Lets go of one hold; the last one returns the page to the pool. */
    void release(Page page) {
        if (--page.holders == 0) {
            usedBytes -= page.memory.byteSize();
            page.home.push(page);
        }
    }

    /** Bytes obtained from the system so far. */
    public long allocatedBytes() {
        return allocatedBytes;
    }

    /** Bytes in pages that somebody holds. */
    public long usedBytes() {
        return usedBytes;
    }

    @Override
    public void close() {
        arena.close();
    }

    /** Memory with a count of the page tables that refer to it. */
    static final class Page {
        final MemorySegment memory;
        /** The free pages of this size, where the page returns to. */
        final ArrayDeque<Page> home;

        int holders;

        Page(MemorySegment memory, ArrayDeque<Page> home) {
            this.memory = memory;
            this.home = home;
        }
    }
}
