package dev.tarn.engine.prefix;

import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.KvShape;
import dev.tarn.engine.kv.KvTypes;
import dev.tarn.engine.kv.PagePool;
import dev.tarn.engine.kv.RandomCache;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A prefix cache without a model: a prompt is a number, and its entries are random numbers of that seed (from 1000 on, of its thousands). */
final class Prefixes implements AutoCloseable {
    static final int CHUNK = 128;
    /** Chunks of a prompt at most. */
    static final int MOST = 8;

    static final KvShape SHAPE = new KvShape(3, 2, 8, 8, 5).stored(KvTypes.COMPACT);

    private static final long SAME = 1_000;

    /** Bytes of a chunk in memory. */
    static final long BYTES = CHUNK * (SHAPE.entryBytes() + SHAPE.indexBytes()) * SHAPE.layers();

    private final PagePool pool = new PagePool();
    private final KvShape shape;
    final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
    final PrefixCache cache;

    Prefixes(@Nullable Path folder, long folderBytes, long memoryBytes) {
        this("test", SHAPE, folder, folderBytes, memoryBytes);
    }

    Prefixes(String identity, KvShape shape, @Nullable Path folder, long folderBytes, long memoryBytes) {
        this.shape = shape;
        this.cache = new PrefixCache(
                new PrefixOptions(identity, folder, folderBytes, memoryBytes, warnings::add), shape, pool, CHUNK);
    }

    /** Tokens of a prompt; as many as there are when all chunks may be found. */
    static int[] tokens(long prompt, int chunks) {
        int[] tokens = new int[chunks * CHUNK + 1];
        Arrays.setAll(tokens, i -> (int) (prompt * 1_000 + i % 7));
        return tokens;
    }

    /** The same content whatever part of it is asked for. */
    private KvCache filled(long prompt) {
        KvCache full = new KvCache(shape, pool);
        RandomCache.fill(full, MOST * CHUNK, prompt < SAME ? prompt : prompt / SAME * SAME);
        return full;
    }

    /** Reads a prompt as a sequence does; returns how many of its chunks were found, all of them with the right content. */
    int read(long prompt, int chunks) {
        int[] tokens = tokens(prompt, chunks);
        try (KvCache own = new KvCache(shape, pool);
                KvCache full = filled(prompt)) {
            PrefixChain chain = cache.chain(tokens, _ -> "dense");
            int found = cache.restore(own, chain, tokens.length) / CHUNK;
            requireSame(own, full, found * CHUNK);
            for (int i = found; i < chunks; i++) {
                cache.keep(full, chain, i);
            }
            cache.flush();
            return found;
        }
    }

    /**
     * Saves prompts first .. first + 999, as fast as the folder takes them.
     *
     * @param begun called when the first is saved and the others follow
     */
    void saveThousand(long first, int chunks, Runnable begun) {
        try (KvCache full = filled(first)) {
            for (long prompt = first; prompt < first + SAME; prompt++) {
                PrefixChain chain = cache.chain(tokens(prompt, chunks), _ -> "dense");
                for (int i = 0; i < chunks; i++) {
                    cache.keep(full, chain, i);
                }
                if (prompt == first) {
                    cache.flush();
                    begun.run();
                }
            }
        }
    }

    /** How many chunks of a prompt are found, without reading the others. */
    int found(long prompt, int chunks) {
        int[] tokens = tokens(prompt, chunks);
        try (KvCache own = new KvCache(shape, pool);
                KvCache full = filled(prompt)) {
            int found = cache.restore(own, cache.chain(tokens, _ -> "dense"), tokens.length);
            requireSame(own, full, found);
            return found / CHUNK;
        }
    }

    private void requireSame(KvCache got, KvCache want, int tokens) {
        for (int layer = 0; layer < shape.layers(); layer++) {
            if (!Arrays.equals(entries(got, layer, tokens), entries(want, layer, tokens))) {
                throw new AssertionError("other entries in layer " + layer);
            }
            for (int block = 0; block < tokens / KvCache.BLOCK; block++) {
                float[] a = new float[shape.indexDim() * KvCache.BLOCK];
                float[] b = new float[shape.indexDim() * KvCache.BLOCK];
                got.readIndexBlock(layer, block, a);
                want.readIndexBlock(layer, block, b);
                if (!Arrays.equals(a, b)) {
                    throw new AssertionError("other index keys in layer " + layer);
                }
            }
        }
    }

    private byte[] entries(KvCache of, int layer, int tokens) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment to = arena.allocate(Math.max(1, tokens * shape.entryBytes()));
            of.slowTier().read(layer, 0, tokens, to, 0);
            return to.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** Closes the cache; all of its pages must have come back. */
    @Override
    public void close() {
        cache.close();
        long used = pool.usedBytes();
        pool.close();
        if (used != 0) {
            throw new AssertionError(used + " bytes of pages did not come back");
        }
    }
}
