package dev.tarn.study.bench;

import dev.tarn.engine.attention.Attention;
import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.RandomCache;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.IndexerSource;
import dev.tarn.engine.model.ModelFile;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A model on one number of threads, with or without an indexer, and the cache that its decode rows fill. */
final class BenchSession implements AutoCloseable {
    /** Compilers have done most of their work after so long. */
    private static final long WARM_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(1500);

    private static final int WARM_UP_TOKENS = 8;

    private final Backend backend;
    private final ModelFile model;
    private final @Nullable IndexerSource indexer;
    private final Decoder decoder;
    private final KvCache cache;
    private final long seed;
    private final SplittableRandom random;

    BenchSession(
            ModelFile model,
            @Nullable IndexerSource indexer,
            IntFunction<? extends Backend> backends,
            int threads,
            BenchOptions options) {
        this.model = model;
        this.indexer = indexer;
        this.backend = backends.apply(threads);
        this.decoder = new Decoder(model, backend, indexer, options.kvTypes());
        this.cache = decoder.newCache();
        this.seed = options.seed();
        this.random = new SplittableRandom(seed);
    }

    Decoder decoder() {
        return decoder;
    }

    Backend backend() {
        return backend;
    }

    /** A second decoder over the same weights that computes with another backend. */
    Decoder decoder(Backend other) {
        return new Decoder(model, other, indexer, decoder.kvShape().types());
    }

    Attention attention(AttentionSpec spec) {
        return decoder.attention(spec, SelectionListener.NONE);
    }

    /** The cache with {@code depth} random tokens in it. */
    KvCache cache(int depth) {
        cache.truncate(Math.min(depth, cache.length()));
        RandomCache.fill(cache, depth, seed);
        return cache;
    }

    /** Token ids to run, which differ from call to call. */
    int[] ids(int count) {
        return random.ints(count, 0, decoder.architecture().vocabulary()).toArray();
    }

    /** Nanoseconds of decoding the ids one after the other behind the tokens that the cache holds; it then forgets them. */
    static long decode(Decoder decoder, KvCache cache, Attention attention, int[] ids) {
        int depth = cache.length();
        long start = System.nanoTime();
        for (int i = 0; i < ids.length; i++) {
            decoder.forward(cache, ids, i, 1, attention, 0);
            decoder.logits(0, 1);
        }
        long nanos = System.nanoTime() - start;
        cache.truncate(depth);
        return nanos;
    }

    /** Nanoseconds of a prompt run densely from an empty cache to its last logits, as generation begins. */
    static long prefill(Decoder decoder, Attention attention, int[] ids) {
        try (KvCache empty = decoder.newCache()) {
            long start = System.nanoTime();
            int rows = 0;
            for (int from = 0; from < ids.length; from += rows) {
                rows = Math.min(Decoder.BATCH, ids.length - from);
                decoder.forward(empty, ids, from, rows, attention, ids.length);
            }
            decoder.logits(rows - 1, 1);
            return System.nanoTime() - start;
        }
    }

    /** Decodes until compilers have seen enough. */
    void warmUpDecode(KvCache cache, Attention attention) {
        for (long spent = 0; spent < WARM_UP_NANOS; ) {
            spent += decode(decoder, cache, attention, ids(WARM_UP_TOKENS));
        }
    }

    /** Prefills until compilers have seen enough. */
    void warmUpPrefill(Attention attention, int tokens) {
        for (long spent = 0; spent < WARM_UP_NANOS; ) {
            spent += prefill(decoder, attention, ids(tokens));
        }
    }

    @Override
    public void close() {
        decoder.close();
        backend.close();
    }
}
