package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.KvShape;
import java.lang.foreign.MemorySegment;

/** Tiles of up to {@link KvCache#BLOCK} entries of one KV head as floats: the scratch of one worker. */
final class EntryTiles {
    private static final int BLOCK = KvCache.BLOCK;

    private final CacheKernels kernels;
    /** The positions of the tile. */
    private final int[] tile = new int[BLOCK];
    /** What was touched, added up, so that no compiler leaves the reads out. */
    @SuppressWarnings("UnusedVariable")
    private long touched;

    private KvShape stored;
    private MemorySegment[] pages = new MemorySegment[0];
    private int keyDim;
    private boolean valueInKey;

    /** Keys, [entries][keyDim]. */
    float[] keys = new float[0];
    /** Scaled queries, [rows][keyDim]. */
    float[] queries = new float[0];
    /** Scores of a tile, [rows][BLOCK]. */
    float[] scores = new float[0];

    private float[] values = new float[0];

    @SuppressWarnings("NullAway.Init") // begin comes before every read
    EntryTiles(CacheKernels kernels) {
        this.kernels = kernels;
    }

    /** Makes room for tiles of entries that lie in {@code pages}, and {@code rows} query heads. */
    void begin(AttentionShape shape, KvShape stored, MemorySegment[] pages, int rows) {
        this.stored = stored;
        this.pages = pages;
        keyDim = shape.keyDim();
        valueInKey = stored.valueInKey();
        if (keys.length < BLOCK * keyDim) {
            keys = new float[BLOCK * keyDim];
        }
        if (!valueInKey && values.length < BLOCK * shape.valueDim()) {
            values = new float[BLOCK * shape.valueDim()];
        }
        if (queries.length < rows * keyDim) {
            queries = new float[rows * keyDim];
        }
        if (scores.length < rows * BLOCK) {
            scores = new float[rows * BLOCK];
        }
    }

    /** Puts a scaled query into row {@code slot}. */
    void loadQuery(float[] q, int from, float scale, int slot) {
        for (int d = 0; d < keyDim; d++) {
            queries[slot * keyDim + d] = q[from + d] * scale;
        }
    }

    /**
     * Chooses the entries of a tile and brings them near: those of the positions at places from..from+count-1 or, where there are
     * none, from position first + from on.
     */
    void fetch(int[] positions, int from, int first, int count) {
        for (int i = 0; i < count; i++) {
            tile[i] = positions.length == 0 ? first + from + i : positions[from + i];
        }
        touched += kernels.touch(pages, stored.entryBytes(), tile, count);
    }

    /** Reads the tile's keys. */
    void readKeys(int kvHead, int count) {
        decode(stored.keyOffset(kvHead), keyDim, count, keys);
    }

    /** Reads the tile's values, unless they lie in the keys read before. */
    void readValues(int kvHead, int valueDim, int count) {
        if (!valueInKey) {
            decode(stored.valueOffset(kvHead), valueDim, count, values);
        }
    }

    private void decode(long at, int dim, int count, float[] out) {
        kernels.decode(stored.types().entries(), pages, stored.entryBytes(), at, dim, tile, count, out);
    }

    /** The values read last, one for every {@link #valueStride} floats. */
    float[] values() {
        return valueInKey ? keys : values;
    }

    /** Floats from one value to the next. */
    int valueStride(int valueDim) {
        return valueInKey ? keyDim : valueDim;
    }
}
