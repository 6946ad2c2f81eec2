package dev.tarn.engine.kv;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Entries in a file, for sequences that are larger than memory. What is written is gathered in one page and written through when the page
 * is left; {@link #pages} brings one layer at a time into memory, as dense attention over a prompt needs it. Layers that see only a
 * window are read whole at every step, so they stay in pages.
 *
 * <p>The file grows by extents of {@link #EXTENT} tokens, each taken from the disk as a whole: in an extent, layer after layer, the
 * layer's entries in the order of positions.
 */
final class FiledEntries implements EntryStore {
    /** Tokens of an extent. */
    private static final int EXTENT = 256;
    /** Reads under way at a time: what a solid-state disk needs to be busy, and few enough to cost nothing when idle. */
    private static final int READERS = 4;

    private final KvShape shape;
    private final ScratchFolder folder;
    private final ScratchFile file;
    private final @Nullable EntryChecksums checksums;
    private final PagePool pool;
    private final PagedEntries inMemory;
    /** By layer: its place among the layers of the file, or -1 where its entries stay in memory. */
    private final int[] places;

    private int filed;
    /** By layer: one more than the highest position written. */
    private final int[] written;

    private final EntryMemory pending;
    private final EntryMemory visited;
    private int pendingLayer = -1;
    private int pendingPage;
    private int pendingFrom;
    private int pendingTo;

    private @Nullable EntryMemory loaded;
    private MemorySegment[] loadedPages = new MemorySegment[0];
    private volatile int loadedLayer = -1;

    /**
     * Entries in a new file.
     *
     * @param stay by layer: whether its entries stay in memory
     */
    FiledEntries(KvShape shape, PagePool pool, ScratchFolder folder, boolean[] stay) {
        this(
                shape,
                pool,
                folder,
                folder.create(),
                folder.checksums(shape),
                new PagedEntries(shape, pool),
                new int[shape.layers()]);
        int place = 0;
        for (int layer = 0; layer < places.length; layer++) {
            places[layer] = stay[layer] ? -1 : place++;
        }
        filed = place;
    }

    private FiledEntries(
            KvShape shape,
            PagePool pool,
            ScratchFolder folder,
            ScratchFile file,
            @Nullable EntryChecksums checksums,
            PagedEntries inMemory,
            int[] places) {
        this.checksums = checksums;
        this.shape = shape;
        this.pool = pool;
        this.folder = folder;
        this.file = file;
        this.inMemory = inMemory;
        this.places = places;
        this.written = new int[shape.layers()];
        this.pending = new EntryMemory(shape.entryBytes(), KvCache.BLOCK);
        this.visited = new EntryMemory(shape.entryBytes(), KvCache.BLOCK);
    }

    /** Where an entry lies in the file. */
    private long offset(int layer, int position) {
        long extent = position / EXTENT;
        return ((extent * filed + places[layer]) * EXTENT + position % EXTENT) * shape.entryBytes();
    }

    @Override
    public MemorySegment write(int layer, int position) {
        if (places[layer] < 0) {
            return inMemory.write(layer, position);
        }
        int page = position / KvCache.BLOCK;
        if (layer != pendingLayer || page != pendingPage || position != pendingTo) {
            settle();
            pendingLayer = layer;
            pendingPage = page;
            pendingFrom = position;
        }
        pendingTo = position + 1;
        written[layer] = Math.max(written[layer], position + 1);
        if (layer == loadedLayer) {
            loadedLayer = -1;
        }
        return pending.segment();
    }

    @Override
    public void settle() {
        if (pendingLayer < 0) {
            return;
        }
        extend(pendingTo);
        long bytes = (pendingTo - pendingFrom) * shape.entryBytes();
        long at = pendingFrom % KvCache.BLOCK * shape.entryBytes();
        file.write(pending.segment(), at, bytes, offset(pendingLayer, pendingFrom));
        if (checksums != null) {
            checksums.note(pendingLayer, pendingFrom, pendingTo - pendingFrom, pending.segment(), at);
        }
        pendingLayer = -1;
    }

    /** Makes room in the file for so many tokens. */
    private void extend(int tokens) {
        long extentBytes = (long) EXTENT * filed * shape.entryBytes();
        file.extend((long) ((tokens - 1) / EXTENT + 1) * extentBytes);
    }

    @Override
    public PagePool.Page hold(int layer, int page) {
        if (places[layer] < 0) {
            return inMemory.hold(layer, page);
        }
        PagePool.Page copy = pool.take(KvCache.BLOCK * shape.entryBytes());
        try {
            read(layer, page * KvCache.BLOCK, KvCache.BLOCK, copy.memory, 0);
            return copy;
        } catch (RuntimeException e) {
            pool.release(copy);
            throw e;
        }
    }

    @Override
    public void share(int layer, int page, PagePool.Page full) {
        if (places[layer] < 0) {
            inMemory.share(layer, page, full);
            return;
        }
        settle();
        int first = page * KvCache.BLOCK;
        extend(first + KvCache.BLOCK);
        file.write(full.memory, 0, KvCache.BLOCK * shape.entryBytes(), offset(layer, first));
        if (checksums != null) {
            checksums.note(layer, first, KvCache.BLOCK, full.memory, 0);
        }
        written[layer] = Math.max(written[layer], first + KvCache.BLOCK);
        if (layer == loadedLayer) {
            loadedLayer = -1;
        }
    }

    @Override
    public MemorySegment page(int layer, int position) {
        if (places[layer] < 0) {
            return inMemory.page(layer, position);
        }
        if (layer == loadedLayer) {
            return loadedPages[position / KvCache.BLOCK];
        }
        read(layer, position, 1, visited.segment(), position % KvCache.BLOCK * shape.entryBytes());
        return visited.segment();
    }

    @Override
    public MemorySegment[] pages(int layer) {
        if (places[layer] < 0) {
            return inMemory.pages(layer);
        }
        if (loadedLayer != layer) {
            load(layer);
        }
        return loadedPages;
    }

    private synchronized void load(int layer) {
        if (loadedLayer == layer) {
            return;
        }
        int count = written[layer];
        EntryMemory memory = loaded;
        if (memory == null) {
            memory = new EntryMemory(shape.entryBytes(), count);
            loaded = memory;
        }
        if (memory.capacity() < count || loadedPages.length == 0) {
            memory.grow(count);
            loadedPages = new MemorySegment[memory.capacity() / KvCache.BLOCK];
            memory.copyPages(loadedPages, 0);
        }
        read(layer, 0, count, memory.segment(), 0);
        loadedLayer = layer;
    }

    @Override
    public void read(int layer, int first, int count, MemorySegment to, long at) {
        if (places[layer] < 0) {
            inMemory.read(layer, first, count, to, at);
            return;
        }
        int end = first + count;
        int inFile = layer == pendingLayer ? Math.min(end, pendingFrom) : end;
        for (int from = first; from < inFile; ) {
            int more = Math.min(inFile - from, EXTENT - from % EXTENT);
            long bytes = more * shape.entryBytes();
            long target = at + (from - first) * shape.entryBytes();
            file.read(to, target, bytes, offset(layer, from));
            if (checksums != null) {
                checksums.check(layer, from, more, to, target);
            }
            from += more;
        }
        if (inFile < end) {
            int from = Math.max(first, inFile);
            long bytes = (end - from) * shape.entryBytes();
            long source = from % KvCache.BLOCK * shape.entryBytes();
            MemorySegment.copy(pending.segment(), source, to, at + (from - first) * shape.entryBytes(), bytes);
        }
    }

    @Override
    public int readers() {
        return READERS;
    }

    @Override
    public EntryStore fork() {
        settle();
        ScratchFile copy = folder.create();
        copy.copyFrom(file);
        EntryChecksums sums = checksums == null ? null : checksums.copy();
        FiledEntries fork =
                new FiledEntries(shape, pool, folder, copy, sums, (PagedEntries) inMemory.fork(), places.clone());
        fork.filed = filed;
        System.arraycopy(written, 0, fork.written, 0, written.length);
        return fork;
    }

    @Override
    public void truncate(int tokens) {
        if (tokens <= pendingFrom) {
            pendingLayer = -1;
        }
        settle();
        inMemory.truncate(tokens);
        loadedLayer = -1;
        for (int layer = 0; layer < written.length; layer++) {
            written[layer] = Math.min(written[layer], tokens);
        }
    }

    @Override
    public void close() {
        inMemory.close();
        pending.close();
        visited.close();
        EntryMemory memory = loaded;
        if (memory != null) {
            memory.close();
            loaded = null;
        }
        file.close();
    }
}
