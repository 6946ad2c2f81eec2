package dev.tarn.engine.kv;

import dev.tarn.engine.kv.PagePool.Page;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The pages of one growing array, each of {@link #TOKENS} tokens. A fork shares its pages until one side writes: the writer
 * then gets a copy of that page.
 */
final class PageTable {
    /** Tokens in a page; a power of two, and a multiple of every vector length in floats. */
    static final int TOKENS = 64;

    private final PagePool pool;
    private final long pageBytes;
    private final List<Page> pages = new ArrayList<>();
    /** The memory of {@link #pages}, for loops over many of them; null after the last. */
    private MemorySegment[] memory = new MemorySegment[8];

    PageTable(PagePool pool, long bytesPerToken) {
        this.pool = pool;
        this.pageBytes = bytesPerToken * TOKENS;
    }

    /** The memory of all pages, in order; places after the last hold anything. */
    MemorySegment[] memory() {
        return memory;
    }

    /** The page for reading. */
    MemorySegment read(int page) {
        return pages.get(page).memory;
    }

    /** The page for writing, added if it is the next one. */
    MemorySegment write(int page) {
        if (page == pages.size()) {
            add(pool.take(pageBytes));
        }
        Page current = pages.get(page);
        if (current.holders > 1) {
            current = copy(current);
            pages.set(page, current);
            memory[page] = current.memory;
        }
        return current.memory;
    }

    /** Pages so far. */
    int size() {
        return pages.size();
    }

    /** A page that the caller holds too from now on; whoever writes to it then gets a copy. */
    Page hold(int page) {
        Page held = pages.get(page);
        held.holders++;
        return held;
    }

    /** Adds a page that somebody else holds too. */
    void share(Page page) {
        page.holders++;
        add(page);
    }

    private void add(Page page) {
        if (pages.size() == memory.length) {
            memory = Arrays.copyOf(memory, 2 * memory.length);
        }
        memory[pages.size()] = page.memory;
        pages.add(page);
    }

    private Page copy(Page shared) {
        Page copy = pool.take(pageBytes);
        copy.memory.copyFrom(shared.memory);
        pool.release(shared);
        return copy;
    }

    PageTable fork() {
        PageTable fork = new PageTable(pool, pageBytes / TOKENS);
        pages.forEach(fork::share);
        return fork;
    }

    void truncate(int tokens) {
        int keep = (tokens + TOKENS - 1) / TOKENS;
        while (pages.size() > keep) {
            pool.release(pages.removeLast());
        }
    }
}
