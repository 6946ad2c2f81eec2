package dev.tarn.engine.kv;

import java.lang.foreign.MemorySegment;

/** Entries in off-heap pages, shared copy-on-write between forks. */
final class PagedEntries implements EntryStore {
    private final PageTable[] layers;
    private final long entryBytes;

    PagedEntries(KvShape shape, PagePool pool) {
        this(new PageTable[shape.layers()], shape.entryBytes());
        for (int layer = 0; layer < layers.length; layer++) {
            layers[layer] = new PageTable(pool, entryBytes);
        }
    }

    private PagedEntries(PageTable[] layers, long entryBytes) {
        this.layers = layers;
        this.entryBytes = entryBytes;
    }

    @Override
    public MemorySegment write(int layer, int position) {
        return layers[layer].write(position / KvCache.BLOCK);
    }

    @Override
    public MemorySegment page(int layer, int position) {
        return layers[layer].read(position / KvCache.BLOCK);
    }

    @Override
    public MemorySegment[] pages(int layer) {
        return layers[layer].memory();
    }

    @Override
    public PagePool.Page hold(int layer, int page) {
        return layers[layer].hold(page);
    }

    @Override
    public void share(int layer, int page, PagePool.Page full) {
        layers[layer].share(full);
    }

    @Override
    public void settle() {}

    @Override
    public EntryStore fork() {
        PageTable[] shared = new PageTable[layers.length];
        for (int layer = 0; layer < shared.length; layer++) {
            shared[layer] = layers[layer].fork();
        }
        return new PagedEntries(shared, entryBytes);
    }

    @Override
    public void truncate(int tokens) {
        for (PageTable layer : layers) {
            layer.truncate(tokens);
        }
    }

    @Override
    public void read(int layer, int first, int count, MemorySegment to, long at) {
        for (int done = 0; done < count; ) {
            int inPage = (first + done) % KvCache.BLOCK;
            int more = Math.min(count - done, KvCache.BLOCK - inPage);
            MemorySegment page = layers[layer].memory()[(first + done) / KvCache.BLOCK];
            MemorySegment.copy(page, inPage * entryBytes, to, at + done * entryBytes, more * entryBytes);
            done += more;
        }
    }

    @Override
    public int readers() {
        return 0;
    }

    @Override
    public void close() {
        truncate(0);
    }
}
