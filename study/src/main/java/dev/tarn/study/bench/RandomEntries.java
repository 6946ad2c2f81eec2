package dev.tarn.study.bench;

import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.KvShape;
import java.util.SplittableRandom;

/** Fills a cache with random keys, values and index keys, which costs less than running that many tokens. */
final class RandomEntries {
    /** Numbers drawn; each entry begins at another of them. */
    private static final int POOL = 1 << 20;

    private final SplittableRandom random;
    private final float[] pool;
    private final KvShape shape;

    RandomEntries(KvShape shape, long seed) {
        this.random = new SplittableRandom(seed);
        this.shape = shape;
        this.pool = new float[POOL + shape.kvHeads() * Math.max(shape.keyDim(), shape.valueDim()) + shape.indexDim()];
        for (int i = 0; i < pool.length; i++) {
            pool[i] = (float) random.nextGaussian();
        }
    }

    /** Makes the cache hold exactly {@code length} tokens, of which those it already holds stay. */
    void fill(KvCache cache, int length) {
        int from = cache.length();
        if (length <= from) {
            cache.truncate(length);
            return;
        }
        for (int layer = 0; layer < shape.layers(); layer++) {
            for (int position = from; position < length; position++) {
                cache.writeEntry(layer, position, pool, random.nextInt(POOL), pool, random.nextInt(POOL));
                if (shape.indexDim() > 0) {
                    cache.writeIndexKey(layer, position, pool, random.nextInt(POOL));
                }
            }
        }
        cache.advanceTo(length);
    }
}
