package dev.tarn.engine.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KvCacheTest {
    private static final KvShape SHAPE = new KvShape(2, 3, 4, 5, 6);

    private final PagePool pool = new PagePool();

    @AfterEach
    void close() {
        pool.close();
    }

    /** Writes a token whose every number is derived from layer, position and {@code tag}. */
    private static void write(KvCache cache, int position, int tag) {
        for (int layer = 0; layer < SHAPE.layers(); layer++) {
            float base = number(layer, position, tag);
            float[] keys = new float[2 + 12];
            float[] values = new float[1 + 15];
            float[] index = new float[3 + 6];
            fill(keys, 2, base);
            fill(values, 1, base + 0.25f);
            fill(index, 3, base + 0.5f);
            cache.writeEntry(layer, position, keys, 2, values, 1);
            cache.writeIndexKey(layer, position, index, 3);
        }
        cache.advanceTo(Math.max(cache.length(), position + 1));
    }

    private static float number(int layer, int position, int tag) {
        return 1000 * position + 100_000 * layer + tag * 500_000;
    }

    private static void fill(float[] to, int from, float base) {
        for (int i = from; i < to.length; i++) {
            to[i] = base + (i - from);
        }
    }

    private static void requireToken(KvCache cache, int position, int tag) {
        float[] key = new float[4];
        float[] value = new float[5];
        float[] block = new float[6 * KvCache.BLOCK];
        for (int layer = 0; layer < SHAPE.layers(); layer++) {
            float base = number(layer, position, tag);
            for (int head = 0; head < SHAPE.kvHeads(); head++) {
                cache.readKey(layer, position, head, key, 0);
                cache.readValue(layer, position, head, value, 0);
                assertThat(key).startsWith(base + 4 * head, base + 4 * head + 1, base + 4 * head + 2);
                assertThat(value[4]).isEqualTo(base + 0.25f + 5 * head + 4);
            }
            cache.readIndexBlock(layer, position / KvCache.BLOCK, block);
            for (int d = 0; d < SHAPE.indexDim(); d++) {
                assertThat(block[d * KvCache.BLOCK + position % KvCache.BLOCK]).isEqualTo(base + 0.5f + d);
            }
        }
    }

    private KvCache filled(int tokens) {
        KvCache cache = new KvCache(SHAPE, pool);
        for (int position = 0; position < tokens; position++) {
            write(cache, position, 0);
        }
        return cache;
    }

    @ParameterizedTest(name = "{0} tokens")
    @ValueSource(ints = {1, 63, 64, 65, 128, 200})
    void readEntry_acrossPageBorders_isWhatWasWritten(int tokens) {
        KvCache cache = filled(tokens);
        for (int position = 0; position < tokens; position++) {
            requireToken(cache, position, 0);
        }
        assertThat(cache.length()).isEqualTo(tokens);
        assertThat(cache.bytes()).isEqualTo(tokens * 2L * 4 * (3 * 9 + 6));
        cache.close();
        assertThat(pool.usedBytes()).isZero();
    }

    @Test
    void usedBytes_oneTokenMoreThanAPage_isTwoPagesOfEachTable() {
        KvCache cache = filled(64);
        long onePageEach = pool.usedBytes();
        assertThat(onePageEach).isEqualTo(2L * 64 * 4 * (3 * 9 + 6));
        write(cache, 64, 0);
        assertThat(pool.usedBytes()).isEqualTo(2 * onePageEach);
    }

    @Test
    void fork_writesOnEitherSide_stayThere() {
        KvCache parent = filled(100);
        KvCache child = parent.fork();
        assertThat(child.length()).isEqualTo(100);
        write(child, 99, 7);
        write(parent, 10, 8);
        requireToken(parent, 99, 0);
        requireToken(child, 99, 7);
        requireToken(parent, 10, 8);
        requireToken(child, 10, 0);
        write(child, 100, 7);
        write(parent, 100, 8);
        requireToken(child, 100, 7);
        requireToken(parent, 100, 8);
    }

    @Test
    void fork_untouched_sharesPagesUntilAWrite() {
        KvCache parent = filled(128);
        long before = pool.usedBytes();
        KvCache child = parent.fork();
        assertThat(pool.usedBytes()).isEqualTo(before);
        write(child, 127, 1);
        assertThat(pool.usedBytes()).isEqualTo(before + before / 2);
        write(child, 126, 1);
        assertThat(pool.usedBytes()).isEqualTo(before + before / 2);
        parent.close();
        requireToken(child, 0, 0);
        requireToken(child, 127, 1);
    }

    @ParameterizedTest(name = "truncated to {0}")
    @ValueSource(ints = {0, 1, 63, 64, 65, 127})
    void truncate_thenAppend_readsTheNewTokens(int kept) {
        KvCache cache = filled(130);
        KvCache witness = cache.fork();
        cache.truncate(kept);
        assertThat(cache.length()).isEqualTo(kept);
        for (int position = kept; position < 140; position++) {
            write(cache, position, 3);
        }
        for (int position = 0; position < 130; position++) {
            requireToken(cache, position, position < kept ? 0 : 3);
            requireToken(witness, position, 0);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void close_ofManyForksInAnyOrder_returnsAllPages(long seed) {
        Random random = new Random(seed);
        List<KvCache> open = new ArrayList<>(List.of(filled(70)));
        List<Integer> tags = new ArrayList<>(List.of(0));
        for (int step = 0; step < 40; step++) {
            int parent = random.nextInt(open.size());
            KvCache fork = open.get(parent).fork();
            fork.truncate(70);
            write(fork, 69, step + 1);
            write(fork, 70, step + 1);
            open.add(fork);
            tags.add(step + 1);
        }
        for (int i = 0; i < open.size(); i++) {
            requireToken(open.get(i), 69, tags.get(i));
            requireToken(open.get(i), 3, 0);
        }
        long allocated = pool.allocatedBytes();
        while (!open.isEmpty()) {
            open.remove(random.nextInt(open.size())).close();
        }
        assertThat(pool.usedBytes()).isZero();
        filled(70).close();
        assertThat(pool.allocatedBytes()).as("pages are used again").isEqualTo(allocated);
    }

    @ParameterizedTest(name = "{0} entries, {1} index keys")
    @CsvSource({"F32,F32", "F16,I8", "Q8,I8"})
    void readEntry_roundedTypes_isWithinTheStepOfTheType(EntryType entries, IndexType index) {
        Random random = new Random(7);
        KvShape shape = SHAPE.stored(new KvTypes(entries, index));
        KvCache cache = new KvCache(shape, pool);
        float[] keys = numbers(random, 12, 3);
        float[] values = numbers(random, 15, 0.01f);
        float[] indexKey = numbers(random, 6, 20);
        cache.writeEntry(1, 0, keys, 0, values, 0);
        cache.writeIndexKey(1, 0, indexKey, 0);

        float[] read = new float[5];
        for (int head = 0; head < 3; head++) {
            cache.readKey(1, 0, head, read, 0);
            requireClose(keys, 4 * head, read, 4, entries == EntryType.Q8 ? 0.004f : 0.0005f, entries == EntryType.F32);
            cache.readValue(1, 0, head, read, 0);
            requireClose(
                    values, 5 * head, read, 5, entries == EntryType.Q8 ? 0.004f : 0.0005f, entries == EntryType.F32);
        }
        float[] block = new float[6 * KvCache.BLOCK];
        cache.readIndexBlock(1, 0, block);
        float[] lane = new float[6];
        for (int d = 0; d < 6; d++) {
            lane[d] = block[d * KvCache.BLOCK];
        }
        requireClose(indexKey, 0, lane, 6, 0.004f, index == IndexType.F32);
    }

    private static float[] numbers(Random random, int count, float scale) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = scale * (float) random.nextGaussian();
        }
        return numbers;
    }

    /** Requires errors below {@code step} times the largest of the numbers. */
    private static void requireClose(float[] x, int from, float[] read, int count, float step, boolean exact) {
        float largest = 0;
        for (int i = 0; i < count; i++) {
            largest = Math.max(largest, Math.abs(x[from + i]));
        }
        for (int i = 0; i < count; i++) {
            assertThat(read[i]).isCloseTo(x[from + i], within(exact ? 0 : step * largest));
        }
    }

    @Test
    void writeEntry_extremesInHalfPrecision_areClampedFlushedOrKept() {
        KvCache cache = new KvCache(new KvShape(1, 1, 8, 1, 0).stored(KvTypes.COMPACT), pool);
        float[] key = {1e6f, Float.NEGATIVE_INFINITY, 1e-5f, -1e-30f, Float.NaN, 65504, 0x1p-14f, -0f};
        cache.writeEntry(0, 0, key, 0, new float[1], 0);

        float[] read = new float[8];
        cache.readKey(0, 0, 0, read, 0);

        assertThat(read).containsExactly(65504, -65504, 0, 0, Float.NaN, 65504, 0x1p-14f, 0);
    }

    @Test
    void shape_storedTypes_countTheirBytes() {
        KvShape shape = new KvShape(30, 3, 64, 64, 64);
        assertThat(shape.entryBytes()).isEqualTo(1536);
        assertThat(shape.indexBytes()).isEqualTo(256);
        assertThat(shape.stored(KvTypes.COMPACT).entryBytes()).isEqualTo(768);
        assertThat(shape.stored(KvTypes.COMPACT).indexBytes()).isEqualTo(68);
        assertThat(shape.stored(KvTypes.COMPACT.withEntries(EntryType.Q8)).entryBytes())
                .isEqualTo(408);
    }

    @ParameterizedTest(name = "{0} index keys of {1}")
    @CsvSource({"0,F16", "6,F16", "6,Q8"})
    void fill_sameSeed_givesTheSameTokens(int indexDim, EntryType type) {
        KvShape shape = new KvShape(2, 3, 4, 5, indexDim).stored(KvTypes.COMPACT.withEntries(type));
        KvCache cache = new KvCache(shape, pool);
        KvCache twin = new KvCache(shape, pool);
        RandomCache.fill(cache, 130, 1);
        RandomCache.fill(twin, 130, 1);

        float[] a = new float[4];
        float[] b = new float[4];
        for (int position = 0; position < 130; position++) {
            cache.readKey(1, position, 2, a, 0);
            twin.readKey(1, position, 2, b, 0);
            assertThat(b).isEqualTo(a);
        }
        cache.readKey(1, 128, 2, a, 0);
        assertThat(a).isNotEqualTo(b);
        assertThat(cache.length()).isEqualTo(130);
        assertThat(cache.bytes()).isEqualTo(2 * 130 * (shape.entryBytes() + shape.indexBytes()));
    }
}
