package dev.tarn.engine.kv;

import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/**
 * Summaries of the complete blocks of a cache's keys, off-heap, for each layer and KV head. A block gets its summary when its last
 * token has arrived; it never changes afterwards. The newest block, while incomplete, has none: it is taken whatever it holds.
 *
 * <p>A page holds {@link #PAGE} blocks of one layer: per KV head the low ends, dimension-major with one block per lane, then (where
 * the kind has two vectors) the high ends, so that scoring streams over it without horizontal sums. Numbers are float32 beside float32
 * keys, else half precision in {@link HalfOrder}: ends of half-precision keys lose nothing by it.
 */
public final class BlockSummaries {
    /** Blocks in a page. */
    public static final int PAGE = PageTable.TOKENS;

    private final KvCache cache;
    private final SummaryKind kind;
    private final int block;
    private final PageTable[] pages;
    private final int[] done;
    private final float[] keys;
    private final float[] low;
    private final float[] high;

    BlockSummaries(KvCache cache, PagePool pool, SummaryKind kind, int block) {
        this(cache, kind, block, new PageTable[cache.shape().layers()]);
        for (int layer = 0; layer < pages.length; layer++) {
            pages[layer] = new PageTable(pool, blockBytes());
        }
    }

    private BlockSummaries(KvCache cache, SummaryKind kind, int block, PageTable[] pages) {
        this.cache = cache;
        this.kind = kind;
        this.block = block;
        this.pages = pages;
        this.done = new int[pages.length];
        this.keys = new float[block * cache.shape().keyDim()];
        this.low = new float[cache.shape().keyDim()];
        this.high = new float[cache.shape().keyDim()];
    }

    BlockSummaries fork(KvCache owner) {
        PageTable[] shared = new PageTable[pages.length];
        for (int layer = 0; layer < pages.length; layer++) {
            shared[layer] = pages[layer].fork();
        }
        BlockSummaries fork = new BlockSummaries(owner, kind, block, shared);
        System.arraycopy(done, 0, fork.done, 0, done.length);
        return fork;
    }

    void truncate(int tokens) {
        int blocks = tokens / block;
        for (int layer = 0; layer < pages.length; layer++) {
            pages[layer].truncate(blocks);
            done[layer] = Math.min(done[layer], blocks);
        }
    }

    /** What is kept of a block. */
    public SummaryKind kind() {
        return kind;
    }

    /** Tokens of a block. */
    public int block() {
        return block;
    }

    /** How the numbers are stored: F32 or F16. */
    public EntryType type() {
        return type(cache.shape());
    }

    private static EntryType type(KvShape shape) {
        return shape.types().entries() == EntryType.F32 ? EntryType.F32 : EntryType.F16;
    }

    /** Bytes of one block's summary in one layer, all KV heads together. */
    public long blockBytes() {
        return headBytes() * cache.shape().kvHeads();
    }

    /** Bytes of one block's summary in one layer for one KV head. */
    public long headBytes() {
        return headBytes(kind, cache.shape());
    }

    static long headBytes(SummaryKind kind, KvShape shape) {
        return kind.vectors() * type(shape).bytes(shape.keyDim());
    }

    /** Bytes that the summaries made so far take. */
    long bytes() {
        long blocks = 0;
        for (int count : done) {
            blocks += count;
        }
        return blocks * blockBytes();
    }

    /** Summarises the blocks of a layer that have become complete now that the layer holds {@code tokens} tokens. */
    public void update(int layer, int tokens) {
        for (; done[layer] < tokens / block; done[layer]++) {
            MemorySegment page = pages[layer].write(done[layer] / PAGE);
            for (int head = 0; head < cache.shape().kvHeads(); head++) {
                summarise(layer, head, done[layer]);
                store(page, head, done[layer] % PAGE);
            }
        }
    }

    /** Blocks that a layer has summaries of. */
    int done(int layer) {
        return done[layer];
    }

    /** The layers that have summaries of so many first blocks. */
    BitSet layersThatHave(int blocks) {
        BitSet layers = new BitSet();
        for (int layer = 0; layer < done.length; layer++) {
            layers.set(layer, done[layer] >= blocks);
        }
        return layers;
    }

    /** Copies a layer's summaries of blocks from .. to-1: block after block, each as a lane of the page, top to bottom. */
    void copyTo(int layer, int from, int to, MemorySegment out, long at) {
        long written = at;
        long number = type().bytes(1);
        for (int index = from; index < to; index++) {
            MemorySegment page = pages[layer].read(index / PAGE);
            for (long lane = lane(index); lane < blockBytes() * PAGE; lane += number * PAGE) {
                MemorySegment.copy(page, lane, out, written, number);
                written += number;
            }
        }
    }

    /** Adds what {@link #copyTo} copied, the summaries of the next blocks of a layer. */
    void append(int layer, int count, MemorySegment in, long at) {
        long read = at;
        long number = type().bytes(1);
        for (int index = done[layer]; index < done[layer] + count; index++) {
            MemorySegment page = pages[layer].write(index / PAGE);
            for (long lane = lane(index); lane < blockBytes() * PAGE; lane += number * PAGE) {
                MemorySegment.copy(in, read, page, lane, number);
                read += number;
            }
        }
        done[layer] += count;
    }

    /** Where a block's first number lies in its page. */
    private long lane(int index) {
        int lane = index % PAGE;
        return type() == EntryType.F32 ? (long) Float.BYTES * lane : (long) Short.BYTES * HalfOrder.place(lane, PAGE);
    }

    /** The page that holds blocks page · {@link #PAGE} and those after it. */
    public MemorySegment page(int layer, int page) {
        return pages[layer].read(page);
    }

    /** Where a head's low ends begin in a page; those of dimension d, one for each block of the page, are a vector d · PAGE numbers further. */
    public long lowOffset(int head) {
        return headBytes() * PAGE * head;
    }

    /** Where a head's high ends begin in a page; the same as the low ends where a summary is one vector. */
    public long highOffset(int head) {
        return lowOffset(head)
                + (kind.vectors() - 1) * type().bytes(cache.shape().keyDim()) * PAGE;
    }

    private void summarise(int layer, int head, int index) {
        int dim = low.length;
        for (int i = 0; i < block; i++) {
            cache.readKey(layer, index * block + i, head, keys, i * dim);
        }
        for (int d = 0; d < dim; d++) {
            switch (kind) {
                case MIN_MAX -> box(d, dim);
                case CUBOID_MEAN -> cuboid(d, dim);
                case MEAN -> low[d] = mean(d, dim);
            }
        }
    }

    private void box(int d, int dim) {
        float min = Float.POSITIVE_INFINITY;
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < block; i++) {
            min = Math.min(min, keys[i * dim + d]);
            max = Math.max(max, keys[i * dim + d]);
        }
        low[d] = min;
        high[d] = max;
    }

    private void cuboid(int d, int dim) {
        box(d, dim);
        float centre = (low[d] + high[d]) / 2;
        float sum = 0;
        for (int i = 0; i < block; i++) {
            sum += Math.abs(keys[i * dim + d] - centre);
        }
        float radius = sum / block;
        low[d] = centre - radius;
        high[d] = centre + radius;
    }

    private float mean(int d, int dim) {
        float sum = 0;
        for (int i = 0; i < block; i++) {
            sum += keys[i * dim + d];
        }
        return sum / block;
    }

    private void store(MemorySegment page, int head, int lane) {
        EntryType type = type();
        for (int d = 0; d < low.length; d++) {
            long row = d * type.bytes(PAGE);
            NumberCodec.writeOne(type, low[d], page, lowOffset(head) + row, PAGE, lane);
            if (kind.vectors() > 1) {
                NumberCodec.writeOne(type, high[d], page, highOffset(head) + row, PAGE, lane);
            }
        }
    }
}
