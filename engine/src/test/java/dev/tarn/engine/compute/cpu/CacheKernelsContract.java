package dev.tarn.engine.compute.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.engine.TestData;
import dev.tarn.engine.kv.EntryType;
import dev.tarn.engine.kv.IndexType;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.KvShape;
import dev.tarn.engine.kv.KvTypes;
import dev.tarn.engine.kv.PagePool;
import dev.tarn.engine.kv.RandomCache;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every implementation of {@link CacheKernels} must do. */
abstract class CacheKernelsContract {
    private static final CacheKernels PLAIN = new PlainCacheKernels();
    private static final float GUARD = -98765.5f;

    abstract Kernels kernels();

    static Stream<Arguments> vectors() {
        return IntStream.of(1, 2, 5, 16, 20, 31, 32, 33, 64, 80, 96, 207)
                .boxed()
                .flatMap(dim -> Arrays.stream(EntryType.values()).map(type -> Arguments.of(type, dim)));
    }

    @ParameterizedTest(name = "{0} of {1}")
    @MethodSource("vectors")
    void decode_anyPositions_isWhatTheCacheReads(EntryType type, int dim) {
        try (PagePool pool = new PagePool()) {
            KvShape shape = new KvShape(1, 3, dim, dim + 1, 0).stored(KvTypes.COMPACT.withEntries(type));
            KvCache cache = new KvCache(shape, pool);
            RandomCache.fill(cache, 150, dim);
            int[] positions = {149, 0, 64, 63, 5, 5, 100, 128};
            requireDecoded(cache, positions, dim, shape.keyOffset(2), true);
            requireDecoded(cache, positions, dim + 1, shape.valueOffset(2), false);
            int[] many = IntStream.range(0, 150).toArray();
            requireDecoded(cache, many, dim, shape.keyOffset(2), true);
            requireDecoded(cache, many, dim + 1, shape.valueOffset(2), false);
            assertThat(kernels().cache().touch(cache.entryPages(0), shape.entryBytes(), positions, 8))
                    .isEqualTo(PLAIN.touch(cache.entryPages(0), shape.entryBytes(), positions, 8));
        }
    }

    private void requireDecoded(KvCache cache, int[] positions, int dim, long at, boolean key) {
        float[] out = new float[positions.length * dim + 1];
        out[positions.length * dim] = GUARD;
        KvShape shape = cache.shape();
        EntryType type = shape.types().entries();
        kernels()
                .cache()
                .decode(type, cache.entryPages(0), shape.entryBytes(), at, dim, positions, positions.length, out);
        float[] want = new float[dim];
        for (int i = 0; i < positions.length; i++) {
            if (key) {
                cache.readKey(0, positions[i], 2, want, 0);
            } else {
                cache.readValue(0, positions[i], 2, want, 0);
            }
            assertThat(Arrays.copyOfRange(out, i * dim, (i + 1) * dim)).isEqualTo(want);
        }
        assertThat(out[positions.length * dim]).isEqualTo(GUARD);
    }

    @ParameterizedTest(name = "{0} heads")
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 13})
    void weigh_anyHeadsAndSizes_hasTheBitsOfTheFormula(int heads) {
        Random random = new Random(heads);
        for (int dim : new int[] {1, 3, 4, 8, 15, 16, 17, 33, 64, 80, 130}) {
            for (int count : new int[] {1, 2, 63, 64}) {
                float[] weights = TestData.normal(random, 5 + heads * 64);
                float[] values = TestData.normal(random, count * (dim + 2));
                float[] out = TestData.normal(random, heads * dim + 4);
                float[] want = out.clone();
                PLAIN.weigh(weights, 5, 64, heads, values, dim + 2, count, dim, want, 3);
                kernels().cache().weigh(weights, 5, 64, heads, values, dim + 2, count, dim, out, 3);
                assertThat(out).as("dim %d, count %d", dim, count).isEqualTo(want);
            }
        }
    }

    @ParameterizedTest(name = "{1} heads of {2}, {0}")
    @CsvSource({"I8,4,64", "I8,1,1", "I8,3,20", "I8,5,33", "I8,64,128", "F32,4,64", "F32,1,1", "F32,6,20", "F32,64,128"
    })
    void indexScores_randomBlock_hasTheBitsOfTheFormula(IndexType type, int heads, int dim) {
        Random random = new Random(heads * 1000L + dim);
        try (PagePool pool = new PagePool()) {
            KvShape shape = new KvShape(1, 1, 1, 1, dim).stored(new KvTypes(EntryType.F32, type));
            KvCache cache = new KvCache(shape, pool);
            RandomCache.fill(cache, KvCache.BLOCK, dim);
            float[] q = TestData.normal(random, 7 + heads * dim);
            float[] w = TestData.normal(random, 2 + heads);
            float[] out = new float[KvCache.BLOCK + 6];
            float[] want = out.clone();
            PLAIN.indexScores(type, cache.indexBlocks(0)[0], dim, q, 7, heads, w, 2, want, 3);
            kernels().cache().indexScores(type, cache.indexBlocks(0)[0], dim, q, 7, heads, w, 2, out, 3);
            assertThat(out).isEqualTo(want);
            requireFormula(cache, dim, q, heads, w, out);
        }
    }

    private static void requireFormula(KvCache cache, int dim, float[] q, int heads, float[] w, float[] out) {
        float[] keys = new float[dim * KvCache.BLOCK];
        cache.readIndexBlock(0, 0, keys);
        for (int s = 0; s < KvCache.BLOCK; s++) {
            double score = 0;
            double size = 0;
            for (int j = 0; j < heads; j++) {
                double product = 0;
                for (int d = 0; d < dim; d++) {
                    product += (double) q[7 + j * dim + d] * keys[d * KvCache.BLOCK + s];
                }
                score += w[2 + j] * Math.max(0, product);
                size += Math.abs(w[2 + j] * product);
            }
            assertThat((double) out[3 + s]).isCloseTo(score, within(1e-6 * dim * (size + 1)));
        }
    }

    @ParameterizedTest(name = "{0} numbers in groups of {1}")
    @CsvSource({"1,2", "7,3", "64,2", "1000,5", "1000,64", "16385,64", "4099,2"})
    void maxima_anyNumbers_areOfGroupsThatCoverThem(int n, int span) {
        Random random = new Random(n + span);
        float[] x = TestData.normal(random, n + 4);
        for (int i = 0; i < n; i += 9) {
            x[i] = i % 2 == 0 ? Float.NaN : Float.NEGATIVE_INFINITY;
        }
        float[] out = new float[n / span + 3];
        Arrays.fill(out, GUARD);
        int groups = kernels().cache().maxima(x, 2, n + 2, span, out, 1);
        assertThat(groups).isBetween((n + span - 1) / span, n / span + 1);
        assertThat(out[0]).isEqualTo(GUARD);
        assertThat(out[groups + 1]).isEqualTo(GUARD);
        float[] sorted = Arrays.copyOfRange(x, 2, n + 2);
        for (int i = 0; i < n; i++) {
            sorted[i] = Float.isNaN(sorted[i]) ? Float.NEGATIVE_INFINITY : sorted[i];
        }
        Arrays.sort(sorted);
        float[] largest = Arrays.copyOfRange(out, 1, groups + 1);
        Arrays.sort(largest);
        assertThat(largest[groups - 1]).isEqualTo(sorted[n - 1]);
        for (int i = 1; i <= groups; i++) {
            assertThat(largest[groups - i]).isLessThanOrEqualTo(sorted[n - i]);
        }
    }

    @ParameterizedTest(name = "{0} numbers")
    @ValueSource(ints = {1, 7, 8, 31, 64, 1000, 4097})
    void atLeast_anyThreshold_findsAllAndNothingElse(int n) {
        Random random = new Random(n);
        float[] x = new float[n + 3];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextInt(7) == 0 ? Float.NaN : random.nextInt(5) - 2f;
        }
        x[n / 2] = -0f;
        for (float threshold : new float[] {-2, 0, 1.5f, 9}) {
            int[] want =
                    IntStream.range(3, n + 3).filter(i -> x[i] >= threshold).toArray();
            int[] found = new int[n + 1];
            int count = kernels().cache().atLeast(x, 3, n + 3, threshold, found, 1);
            assertThat(Arrays.copyOfRange(found, 1, count + 1)).isEqualTo(want);
        }
    }
}
