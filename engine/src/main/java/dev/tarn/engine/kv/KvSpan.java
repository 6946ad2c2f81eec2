package dev.tarn.engine.kv;

import dev.tarn.engine.kv.PagePool.Page;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Entries, index keys and block summaries of consecutive tokens in all layers, in whole pages that are shared with the caches that they
 * come from and go to until one of these writes to them. The thread that owns the pool makes, appends and closes spans; others may read.
 */
public final class KvSpan implements AutoCloseable {
    private final KvShape shape;
    private final SpanForm form;
    private final PagePool pool;
    private final long[] sizes;
    private final Page[] pages;
    private int made;

    private KvSpan(KvShape shape, SpanForm form, PagePool pool) {
        this.shape = shape;
        this.form = form;
        this.pool = pool;
        List<Long> all = form.sizes(shape);
        this.sizes = all.stream().mapToLong(Long::longValue).toArray();
        this.pages = new Page[sizes.length];
    }

    /** A span of pages that hold anything, to be filled by their parts. */
    public static KvSpan allocate(KvShape shape, SpanForm form, PagePool pool) {
        KvSpan span = new KvSpan(shape, form, pool);
        for (long size : span.sizes) {
            span.add(pool.take(size));
        }
        return span;
    }

    /** The same pages once more, to be closed apart. */
    public KvSpan again() {
        KvSpan again = new KvSpan(shape, form, pool);
        for (Page page : pages) {
            page.holders++;
            again.add(page);
        }
        return again;
    }

    private void add(Page page) {
        pages[made++] = page;
    }

    /** What a cache holds in these pages; its own pages, or copies where its entries lie in a file. */
    static KvSpan of(
            SpanForm form,
            KvShape shape,
            PagePool pool,
            EntryStore entries,
            PageTable[] indexKeys,
            List<BlockSummaries> summaries) {
        KvSpan span = new KvSpan(shape, form, pool);
        try {
            int from = form.first() / KvCache.BLOCK;
            for (int layer = 0; layer < shape.layers(); layer++) {
                for (int page = from; page < from + form.pages(); page++) {
                    span.add(entries.hold(layer, page));
                }
                for (int page = from;
                        page < from + form.pages() && form.indexed().get(layer);
                        page++) {
                    span.add(indexKeys[layer].hold(page));
                }
            }
            for (int i = 0; i < summaries.size(); i++) {
                span.copy(summaries.get(i), form.summaries().get(i));
            }
            return span;
        } catch (RuntimeException e) {
            span.close();
            throw e;
        }
    }

    private void copy(BlockSummaries summaries, SpanForm.Summaries of) {
        Page page = pool.take(sizes[made]);
        add(page);
        int from = form.first() / of.block();
        long at = 0;
        for (int layer = of.layers().nextSetBit(0);
                layer >= 0;
                layer = of.layers().nextSetBit(layer + 1)) {
            summaries.copyTo(layer, from, from + form.blocks(of.block()), page.memory, at);
            at += form.layerBytes(of, shape);
        }
    }

    /** Gives its pages to a cache that ends where the span begins, and such summaries as the cache keeps and misses. */
    void appendTo(EntryStore entries, PageTable[] indexKeys, List<BlockSummaries> summaries) {
        int from = form.first() / KvCache.BLOCK;
        int part = 0;
        for (int layer = 0; layer < shape.layers(); layer++) {
            for (int page = from; page < from + form.pages(); page++) {
                entries.share(layer, page, pages[part++]);
            }
            for (int page = from; page < from + form.pages() && form.indexed().get(layer); page++) {
                indexKeys[layer].share(pages[part++]);
            }
        }
        for (SpanForm.Summaries of : form.summaries()) {
            Page page = pages[part++];
            for (BlockSummaries kept : summaries) {
                if (kept.kind() == of.kind() && kept.block() == of.block()) {
                    append(of, page, kept);
                }
            }
        }
    }

    private void append(SpanForm.Summaries of, Page page, BlockSummaries kept) {
        long at = 0;
        for (int layer = of.layers().nextSetBit(0);
                layer >= 0;
                layer = of.layers().nextSetBit(layer + 1)) {
            if (kept.done(layer) == form.first() / of.block()) {
                kept.append(layer, form.blocks(of.block()), page.memory, at);
            }
            at += form.layerBytes(of, shape);
        }
    }

    /** What it holds. */
    public SpanForm form() {
        return form;
    }

    /** How many pieces of memory it is, in the order of {@link SpanForm#sizes}. */
    public int parts() {
        return pages.length;
    }

    /** One of them, no longer than what it holds. */
    public MemorySegment part(int index) {
        return pages[index].memory.asSlice(0, sizes[index]);
    }

    /** Bytes of all parts. */
    public long bytes() {
        long bytes = 0;
        for (long size : sizes) {
            bytes += size;
        }
        return bytes;
    }

    /** Lets go of the pages. */
    @Override
    public void close() {
        while (made > 0) {
            pool.release(pages[--made]);
        }
    }
}
