package dev.tarn.engine.kv;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The KV entries and index keys of one sequence, off-heap, all layers, stored as its {@link KvTypes} say.
 *
 * <p>Entries are token-major: the K of all KV heads, then the V of all KV heads, so that a selected token is one contiguous
 * read. Index keys are kept in blocks of {@link #BLOCK} tokens, dimension-major inside the block, so that scoring streams
 * over them with one token per vector lane.
 *
 * <p>Not thread-safe for writes; threads may read what was written before they were started.
 */
public final class KvCache implements AutoCloseable {
    /** Tokens in a page of entries and in a block of index keys. */
    public static final int BLOCK = PageTable.TOKENS;

    private final KvShape shape;
    private final EntryStore entries;
    private final PageTable[] indexKeys;
    private final PagePool pool;
    private final List<BlockSummaries> summaries = new ArrayList<>();
    private int length;

    /** An empty cache whose pages come from {@code pool}. */
    public KvCache(KvShape shape, PagePool pool) {
        this(shape, pool, new PagedEntries(shape, pool));
    }

    /**
     * An empty cache whose entries lie in a file; index keys and block summaries stay in memory.
     *
     * @param stay by layer: whether its entries stay in memory too, as where all of a window is read at every step
     * @throws dev.tarn.engine.EngineException where no file can be made
     */
    public KvCache(KvShape shape, PagePool pool, ScratchFolder folder, boolean[] stay) {
        this(shape, pool, new FiledEntries(shape, pool, folder, stay));
    }

    private KvCache(KvShape shape, PagePool pool, EntryStore entries) {
        this.shape = shape;
        this.pool = pool;
        this.entries = entries;
        this.indexKeys = new PageTable[shape.layers()];
        for (int layer = 0; layer < shape.layers(); layer++) {
            indexKeys[layer] = new PageTable(pool, shape.indexBytes());
        }
    }

    private KvCache(KvCache parent) {
        this.shape = parent.shape;
        this.pool = parent.pool;
        this.length = parent.length;
        this.entries = parent.entries.fork();
        this.indexKeys = new PageTable[shape.layers()];
        for (int layer = 0; layer < shape.layers(); layer++) {
            indexKeys[layer] = parent.indexKeys[layer].fork();
        }
        for (BlockSummaries of : parent.summaries) {
            summaries.add(of.fork(this));
        }
    }

    /** What one token leaves here. */
    public KvShape shape() {
        return shape;
    }

    /** Tokens that all layers hold. */
    public int length() {
        return length;
    }

    /** Says that every layer now holds {@code length} tokens; called once after a forward pass. */
    public void advanceTo(int length) {
        entries.settle();
        this.length = length;
    }

    /** Forgets the tokens from {@code length} on. */
    public void truncate(int length) {
        this.length = length;
        entries.truncate(length);
        for (int layer = 0; layer < shape.layers(); layer++) {
            indexKeys[layer].truncate(length);
        }
        for (BlockSummaries of : summaries) {
            of.truncate(length);
        }
    }

    /** The block summaries of a kind; made, and from then on kept, when first asked for. */
    public BlockSummaries summaries(SummaryKind kind, int block) {
        for (BlockSummaries of : summaries) {
            if (of.kind() == kind && of.block() == block) {
                return of;
            }
        }
        BlockSummaries made = new BlockSummaries(this, pool, kind, block);
        summaries.add(made);
        return made;
    }

    /** A second cache with the same content; pages are shared until one of the two writes to them. */
    public KvCache fork() {
        return new KvCache(this);
    }

    /**
     * What {@code tokens} tokens from {@code first} on left here, whole pages of them, to be kept beside the cache: entries, index keys, and
     * the summaries of the layers that have those of every block that ends there.
     */
    public KvSpan span(int first, int tokens) {
        entries.settle();
        BitSet indexed = new BitSet();
        for (int layer = 0; layer < shape.layers(); layer++) {
            indexed.set(layer, shape.indexBytes() > 0 && indexKeys[layer].size() * BLOCK >= first + tokens);
        }
        List<BlockSummaries> whole = new ArrayList<>();
        List<SpanForm.Summaries> kinds = new ArrayList<>();
        for (BlockSummaries of : summaries) {
            BitSet layers = of.layersThatHave((first + tokens) / of.block());
            if (!layers.isEmpty() && (first + tokens) / of.block() > first / of.block()) {
                whole.add(of);
                kinds.add(new SpanForm.Summaries(of.kind(), of.block(), layers));
            }
        }
        SpanForm form = new SpanForm(first, tokens, indexed, kinds);
        return KvSpan.of(form, shape, pool, entries, indexKeys, whole);
    }

    /** Appends a span that begins where the cache ends; its pages are shared, and copied where entries lie in a file. */
    public void append(KvSpan span) {
        if (span.form().first() != length) {
            throw new IllegalArgumentException(
                    "a span from " + span.form().first() + " on does not follow " + length + " tokens");
        }
        span.appendTo(entries, indexKeys, summaries);
        length += span.form().tokens();
    }

    /**
     * Writes the entry of one token: {@code keys} and {@code values} hold all KV heads one after the other. Where values lie in
     * their keys, {@code values} is not read.
     */
    public void writeEntry(int layer, int position, float[] keys, int keyOffset, float[] values, int valueOffset) {
        MemorySegment page = entries.write(layer, position);
        long at = position % BLOCK * shape.entryBytes();
        EntryType type = shape.types().entries();
        for (int head = 0; head < shape.kvHeads(); head++) {
            int from = keyOffset + head * shape.keyDim();
            NumberCodec.write(type, keys, from, shape.keyDim(), page, at + shape.keyOffset(head));
        }
        for (int head = 0; head < shape.kvHeads() && !shape.valueInKey(); head++) {
            int from = valueOffset + head * shape.valueDim();
            NumberCodec.write(type, values, from, shape.valueDim(), page, at + shape.valueOffset(head));
        }
    }

    /** Copies one head's key of one token to {@code out}. */
    public void readKey(int layer, int position, int head, float[] out, int offset) {
        read(layer, position, shape.keyOffset(head), shape.keyDim(), out, offset, shape.keyDim());
    }

    /** Copies one head's value of one token to {@code out}. */
    public void readValue(int layer, int position, int head, float[] out, int offset) {
        int dim = shape.valueInKey() ? shape.keyDim() : shape.valueDim();
        read(layer, position, shape.valueOffset(head), dim, out, offset, shape.valueDim());
    }

    private void read(int layer, int position, long inEntry, int dim, float[] out, int offset, int count) {
        MemorySegment page = entries.page(layer, position);
        long at = position % BLOCK * shape.entryBytes() + inEntry;
        NumberCodec.read(shape.types().entries(), page, at, dim, out, offset, count);
    }

    /** Writes the index key of one token. */
    public void writeIndexKey(int layer, int position, float[] key, int offset) {
        MemorySegment block = indexKeys[layer].write(position / BLOCK);
        IndexBlock.write(shape.types().indexKeys(), key, offset, shape.indexDim(), block, position % BLOCK);
    }

    /** Copies one block of index keys, [indexDim][BLOCK]; lanes at or after the cache's length hold anything. */
    public void readIndexBlock(int layer, int block, float[] out) {
        IndexBlock.read(shape.types().indexKeys(), indexKeys[layer].read(block), shape.indexDim(), out);
    }

    /**
     * The pages of a layer's entries, each of {@link #BLOCK} tokens, for kernels; more may follow those that are in use. Where entries lie
     * in a file this brings the whole layer into memory, for as long as no other layer is asked for.
     */
    public MemorySegment[] entryPages(int layer) {
        return entries.pages(layer);
    }

    /** Where the entries live, to be read one by one. */
    public SlowTier slowTier() {
        return entries;
    }

    /** The blocks of a layer's index keys, for kernels; more may follow those that are in use. See {@link IndexBlock}. */
    public MemorySegment[] indexBlocks(int layer) {
        return indexKeys[layer].memory();
    }

    /** Bytes of entries, index keys and block summaries that the sequence's tokens take. */
    public long bytes() {
        long summarised = summaries.stream().mapToLong(BlockSummaries::bytes).sum();
        return (shape.entryBytes() + shape.indexBytes()) * shape.layers() * length + summarised;
    }

    /** Returns all pages to the pool, and deletes the file if there is one. */
    @Override
    public void close() {
        truncate(0);
        entries.close();
    }
}
