package dev.tarn.engine.kv;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The KV entries and index keys of one sequence, float32, off-heap, all layers.
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

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

    private final KvShape shape;
    private final PageTable[] entries;
    private final PageTable[] indexKeys;
    private final PagePool pool;
    private final List<BlockSummaries> summaries = new ArrayList<>();
    private int length;

    /** An empty cache whose pages come from {@code pool}. */
    public KvCache(KvShape shape, PagePool pool) {
        this.shape = shape;
        this.pool = pool;
        this.entries = new PageTable[shape.layers()];
        this.indexKeys = new PageTable[shape.layers()];
        for (int layer = 0; layer < shape.layers(); layer++) {
            entries[layer] = new PageTable(pool, shape.entryBytes());
            indexKeys[layer] = new PageTable(pool, shape.indexBytes());
        }
    }

    private KvCache(KvCache parent) {
        this.shape = parent.shape;
        this.pool = parent.pool;
        this.length = parent.length;
        this.entries = new PageTable[shape.layers()];
        this.indexKeys = new PageTable[shape.layers()];
        for (int layer = 0; layer < shape.layers(); layer++) {
            entries[layer] = parent.entries[layer].fork();
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
        this.length = length;
    }

    /** Forgets the tokens from {@code length} on. */
    public void truncate(int length) {
        this.length = length;
        for (int layer = 0; layer < shape.layers(); layer++) {
            entries[layer].truncate(length);
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
     * Writes the entry of one token: {@code keys} and {@code values} hold all KV heads one after the other. Where values lie in
     * their keys, {@code values} is not read.
     */
    public void writeEntry(int layer, int position, float[] keys, int keyOffset, float[] values, int valueOffset) {
        MemorySegment page = entries[layer].write(position / BLOCK);
        long at = position % BLOCK * shape.entryBytes();
        int keyFloats = shape.kvHeads() * shape.keyDim();
        MemorySegment.copy(keys, keyOffset, page, FLOAT, at, keyFloats);
        if (shape.valueInKey()) {
            return;
        }
        MemorySegment.copy(
                values,
                valueOffset,
                page,
                FLOAT,
                at + (long) Float.BYTES * keyFloats,
                shape.kvHeads() * shape.valueDim());
    }

    /** Copies one head's key of one token to {@code out}. */
    public void readKey(int layer, int position, int head, float[] out, int offset) {
        long at = position % BLOCK * shape.entryBytes() + (long) Float.BYTES * head * shape.keyDim();
        MemorySegment.copy(entries[layer].read(position / BLOCK), FLOAT, at, out, offset, shape.keyDim());
    }

    /** Copies one head's value of one token to {@code out}. */
    public void readValue(int layer, int position, int head, float[] out, int offset) {
        int before =
                shape.valueInKey() ? head * shape.keyDim() : shape.kvHeads() * shape.keyDim() + head * shape.valueDim();
        long at = position % BLOCK * shape.entryBytes() + (long) Float.BYTES * before;
        MemorySegment.copy(entries[layer].read(position / BLOCK), FLOAT, at, out, offset, shape.valueDim());
    }

    /** Writes the index key of one token. */
    public void writeIndexKey(int layer, int position, float[] key, int offset) {
        MemorySegment block = indexKeys[layer].write(position / BLOCK);
        int lane = position % BLOCK;
        for (int d = 0; d < shape.indexDim(); d++) {
            block.setAtIndex(FLOAT, (long) d * BLOCK + lane, key[offset + d]);
        }
    }

    /** Copies one block of index keys, [indexDim][BLOCK]; lanes at or after the cache's length hold anything. */
    public void readIndexBlock(int layer, int block, float[] out) {
        MemorySegment.copy(indexKeys[layer].read(block), FLOAT, 0, out, 0, shape.indexDim() * BLOCK);
    }

    /** Bytes of entries, index keys and block summaries that the sequence's tokens take. */
    public long bytes() {
        long summarised = summaries.stream().mapToLong(BlockSummaries::bytes).sum();
        return (shape.entryBytes() + shape.indexBytes()) * shape.layers() * length + summarised;
    }

    /** Returns all pages to the pool. */
    @Override
    public void close() {
        truncate(0);
    }
}
