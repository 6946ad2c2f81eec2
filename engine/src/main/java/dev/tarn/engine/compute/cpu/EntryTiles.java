package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.KvShape;

/** Tiles of up to {@link KvCache#BLOCK} entries of one KV head as floats: the scratch of one worker. */
final class EntryTiles {
    private static final int BLOCK = KvCache.BLOCK;

    private final CacheKernels kernels;
    private final int[] run = new int[BLOCK];
    private int keyDim;
    private boolean valueInKey;

    /** Keys, [entries][keyDim]. */
    float[] keys = new float[0];
    /** Scaled queries, [rows][keyDim]. */
    float[] queries = new float[0];
    /** Scores of a tile, [rows][BLOCK]. */
    float[] scores = new float[0];

    private float[] values = new float[0];

    EntryTiles(CacheKernels kernels) {
        this.kernels = kernels;
    }

    /** Makes room for tiles of a cache and {@code rows} query heads. */
    void begin(AttentionShape shape, KvShape stored, int rows) {
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

    /** Reads the keys of the positions at places from..from+count-1; from position {@code first} on where there are none. */
    void readKeys(KvCache cache, int layer, int kvHead, int[] positions, int from, int first, int count) {
        KvShape stored = cache.shape();
        decode(cache, layer, stored.keyOffset(kvHead), keyDim, positions, from, first, count, keys);
    }

    /** Reads the values of the same positions; they may lie in the keys read before. */
    void readValues(
            KvCache cache, int layer, int kvHead, int valueDim, int[] positions, int from, int first, int count) {
        if (!valueInKey) {
            KvShape stored = cache.shape();
            decode(cache, layer, stored.valueOffset(kvHead), valueDim, positions, from, first, count, values);
        }
    }

    private void decode(
            KvCache cache, int layer, long at, int dim, int[] positions, int from, int first, int count, float[] out) {
        KvShape stored = cache.shape();
        boolean consecutive = positions.length == 0;
        for (int i = 0; consecutive && i < count; i++) {
            run[i] = first + from + i;
        }
        kernels.decode(
                stored.types().entries(),
                cache.entryPages(layer),
                stored.entryBytes(),
                at,
                dim,
                consecutive ? run : positions,
                consecutive ? 0 : from,
                count,
                out);
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
