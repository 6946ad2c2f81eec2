package dev.tarn.engine.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spans carry what caches hold from one to another, and nobody's writing reaches the others. */
class KvSpanTest {
    private static final int TOKENS = 128;

    @TempDir
    private Path folder;

    private final PagePool pool = new PagePool();

    @AfterEach
    void close() {
        pool.close();
    }

    private KvCache cache(KvShape shape, boolean inFile) {
        boolean[] stay = new boolean[shape.layers()];
        stay[1] = true;
        return inFile ? new KvCache(shape, pool, new ScratchFolder(folder), stay) : new KvCache(shape, pool);
    }

    private static KvShape shape(SplittableRandom random) {
        EntryType[] types = EntryType.values();
        KvTypes stored = new KvTypes(
                types[random.nextInt(types.length)], IndexType.values()[random.nextInt(IndexType.values().length)]);
        int indexDim = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(9);
        return new KvShape(3, 1 + random.nextInt(3), 2 + random.nextInt(6), 2 + random.nextInt(6), indexDim)
                .stored(stored);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void cache_madeOfSpans_holdsWhatTheirCacheHeld_whateverBothWriteLater(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        KvShape shape = shape(random);
        int length = 3 * TOKENS + random.nextInt(TOKENS);
        try (KvCache source = cache(shape, random.nextBoolean());
                KvCache untouched = cache(shape, false);
                KvCache made = cache(shape, random.nextBoolean())) {
            RandomCache.fill(source, length, seed);
            RandomCache.fill(untouched, length, seed);
            KvSpan[] spans = {source.span(0, TOKENS), source.span(TOKENS, TOKENS)};
            for (KvSpan span : spans) {
                made.append(span);
            }
            requireSame(made, untouched, 2 * TOKENS);

            int keep = 1 + random.nextInt(2 * TOKENS - 1);
            made.truncate(keep);
            RandomCache.fill(made, 2 * TOKENS + 70, seed + 1);
            source.truncate(keep / 2);
            RandomCache.fill(source, length, seed + 2);
            requireSame(made, untouched, keep);
            requireSame(source, untouched, keep / 2);

            try (KvCache again = cache(shape, false)) {
                for (KvSpan span : spans) {
                    again.append(span);
                    span.close();
                }
                requireSame(again, untouched, 2 * TOKENS);
            }
        }
        assertThat(pool.usedBytes()).isZero();
    }

    @ParameterizedTest(name = "block {0}")
    @ValueSource(ints = {1, 16, 24, 96, 200})
    void summaries_travelWithTheirTokens(int block) {
        KvShape shape = new KvShape(3, 2, 5, 4, 0);
        List<SummaryKind> kinds = List.of(SummaryKind.values());
        try (KvCache source = cache(shape, false);
                KvCache made = cache(shape, false)) {
            RandomCache.fill(source, 3 * TOKENS, 1);
            for (SummaryKind kind : kinds) {
                source.summaries(kind, block).update(0, source.length());
                source.summaries(kind, block).update(2, source.length());
                made.summaries(kind, block);
            }
            for (int first = 0; first < 3 * TOKENS; first += TOKENS) {
                try (KvSpan span = source.span(first, TOKENS)) {
                    made.append(span);
                }
            }
            for (SummaryKind kind : kinds) {
                BlockSummaries got = made.summaries(kind, block);
                int blocks = 3 * TOKENS / block;
                assertThat(new int[] {got.done(0), got.done(1), got.done(2)}).containsExactly(blocks, 0, blocks);
                assertThat(lanes(got, 0, blocks)).isEqualTo(lanes(source.summaries(kind, block), 0, blocks));
                assertThat(lanes(got, 2, blocks)).isEqualTo(lanes(source.summaries(kind, block), 2, blocks));
            }
        }
        assertThat(pool.usedBytes()).isZero();
    }

    @Test
    void summaries_thatASpanLacks_areMadeFromItsKeys() {
        KvShape shape = new KvShape(2, 2, 5, 4, 0);
        try (KvCache source = cache(shape, false);
                KvCache made = cache(shape, false)) {
            RandomCache.fill(source, 2 * TOKENS, 1);
            BlockSummaries missing = made.summaries(SummaryKind.MEAN, 16);
            try (KvSpan bare = source.span(0, TOKENS)) {
                source.summaries(SummaryKind.MEAN, 16).update(0, 2 * TOKENS);
                try (KvSpan full = source.span(TOKENS, TOKENS)) {
                    made.append(bare);
                    made.append(full);
                }
            }
            missing.update(0, 2 * TOKENS);
            assertThat(lanes(missing, 0, 16)).isEqualTo(lanes(source.summaries(SummaryKind.MEAN, 16), 0, 16));
        }
    }

    @Test
    void span_thatDoesNotFollow_isRefused() {
        KvShape shape = new KvShape(2, 1, 4, 4, 0);
        try (KvCache cache = cache(shape, false)) {
            RandomCache.fill(cache, 2 * TOKENS, 1);
            try (KvSpan span = cache.span(TOKENS, TOKENS);
                    KvCache empty = cache(shape, false)) {
                assertThatThrownBy(() -> empty.append(span)).hasMessageContaining("does not follow 0 tokens");
            }
            assertThatThrownBy(() -> cache.span(1, TOKENS)).hasMessageContaining("no whole pages");
        }
    }

    private static void requireSame(KvCache got, KvCache want, int tokens) {
        KvShape shape = want.shape();
        float[] gotBlock = new float[shape.indexDim() * KvCache.BLOCK];
        float[] wantBlock = new float[shape.indexDim() * KvCache.BLOCK];
        for (int layer = 0; layer < shape.layers(); layer++) {
            assertThat(entries(got, layer, tokens)).isEqualTo(entries(want, layer, tokens));
            for (int block = 0; block < tokens / KvCache.BLOCK && shape.indexDim() > 0; block++) {
                got.readIndexBlock(layer, block, gotBlock);
                want.readIndexBlock(layer, block, wantBlock);
                assertThat(gotBlock).isEqualTo(wantBlock);
            }
        }
    }

    private static byte[] entries(KvCache cache, int layer, int tokens) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment to = arena.allocate(Math.max(1, tokens * cache.shape().entryBytes()));
            cache.slowTier().read(layer, 0, tokens, to, 0);
            return to.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private static float[] lanes(BlockSummaries summaries, int layer, int blocks) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment to = arena.allocate(blocks * summaries.blockBytes() + 4);
            summaries.copyTo(layer, 0, blocks, to, 0);
            return to.toArray(ValueLayout.JAVA_FLOAT);
        }
    }
}
