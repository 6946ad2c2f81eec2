package dev.tarn.engine.kv;

import java.util.SplittableRandom;

/**
 * Fills a cache with random entries and index keys, so that decoding can be timed at a depth that would take long to prefill. Numbers
 * are standard normal, drawn as windows of one table; the same seed gives the same content.
 */
public final class RandomCache {
    private static final int TABLE = 1 << 16;

    private RandomCache() {}

    /** Appends random tokens to every layer until the cache holds {@code length}. */
    public static void fill(KvCache cache, int length, long seed) {
        KvShape shape = cache.shape();
        int keys = shape.kvHeads() * shape.keyDim();
        int values = shape.kvHeads() * shape.valueDim();
        SplittableRandom random = new SplittableRandom(seed);
        float[] table = table(random, Math.max(Math.max(keys, values), shape.indexDim()));
        for (int layer = 0; layer < shape.layers(); layer++) {
            for (int position = cache.length(); position < length; position++) {
                cache.writeEntry(layer, position, table, random.nextInt(TABLE), table, random.nextInt(TABLE));
                if (shape.indexDim() > 0) {
                    cache.writeIndexKey(layer, position, table, random.nextInt(TABLE));
                }
            }
        }
        cache.advanceTo(Math.max(cache.length(), length));
    }

    /** {@link #TABLE} numbers, the first {@code wrap} of them again at the end. */
    private static float[] table(SplittableRandom random, int wrap) {
        float[] table = new float[TABLE + wrap];
        for (int i = 0; i < TABLE; i++) {
            table[i] = (float) random.nextGaussian();
        }
        System.arraycopy(table, 0, table, TABLE, Math.min(wrap, TABLE));
        return table;
    }
}
