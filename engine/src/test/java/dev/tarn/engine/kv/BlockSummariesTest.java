package dev.tarn.engine.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Block summaries against their definitions, whatever the order in which tokens came, went and were forked. */
class BlockSummariesTest {
    private static final int LAYERS = 2;
    private static final int HEADS = 3;
    private static final int DIM = 6;

    private final PagePool pool = new PagePool();
    private final Random random = new Random(4);

    @AfterEach
    void close() {
        pool.close();
    }

    private void append(KvCache cache, int tokens) {
        for (int i = 0; i < tokens; i++) {
            for (int layer = 0; layer < LAYERS; layer++) {
                float[] keys = new float[HEADS * DIM];
                for (int d = 0; d < keys.length; d++) {
                    keys[d] = (float) random.nextGaussian();
                }
                cache.writeEntry(layer, cache.length(), keys, 0, keys, 0);
            }
            cache.advanceTo(cache.length() + 1);
        }
    }

    private static void update(KvCache cache, SummaryKind kind, int block) {
        for (int layer = 0; layer < LAYERS; layer++) {
            cache.summaries(kind, block).update(layer, cache.length());
        }
    }

    private static void requireRight(KvCache cache, SummaryKind kind, int block) {
        BlockSummaries summaries = cache.summaries(kind, block);
        for (int layer = 0; layer < LAYERS; layer++) {
            for (int b = 0; b < cache.length() / block; b++) {
                MemorySegment page = summaries.page(layer, b / BlockSummaries.PAGE);
                for (int head = 0; head < HEADS; head++) {
                    for (int d = 0; d < DIM; d++) {
                        EntryType type = summaries.type();
                        int lane = b % BlockSummaries.PAGE;
                        long row = d * type.bytes(BlockSummaries.PAGE);
                        double[] want = ends(cache, kind, layer, head, b * block, block, d);
                        assertThat(number(type, page, summaries.lowOffset(head) + row, lane))
                                .as("%s, layer %d, block %d, head %d, dimension %d", kind, layer, b, head, d)
                                .isCloseTo((float) want[0], error(type, want[0]));
                        assertThat(number(type, page, summaries.highOffset(head) + row, lane))
                                .isCloseTo((float) want[1], error(type, want[1]));
                    }
                }
            }
        }
    }

    private static float number(EntryType type, MemorySegment page, long row, int lane) {
        return type == EntryType.F32
                ? page.get(ValueLayout.JAVA_FLOAT, row + (long) Float.BYTES * lane)
                : Float.float16ToFloat(page.get(
                        ValueLayout.JAVA_SHORT, row + (long) Short.BYTES * HalfOrder.place(lane, BlockSummaries.PAGE)));
    }

    private static Offset<Float> error(EntryType type, double number) {
        return within(type == EntryType.F32 ? 1e-6f : (float) Math.max(0x1p-14, 0x1p-11 * Math.abs(number)));
    }

    /** The two ends of one channel by definition. */
    private static double[] ends(KvCache cache, SummaryKind kind, int layer, int head, int from, int block, int d) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        double sum = 0;
        double[] values = new double[block];
        float[] key = new float[DIM];
        for (int i = 0; i < block; i++) {
            cache.readKey(layer, from + i, head, key, 0);
            values[i] = key[d];
            min = Math.min(min, key[d]);
            max = Math.max(max, key[d]);
            sum += key[d];
        }
        double centre = (min + max) / 2;
        double radius = 0;
        for (double value : values) {
            radius += Math.abs(value - centre) / block;
        }
        return switch (kind) {
            case MIN_MAX -> new double[] {min, max};
            case CUBOID_MEAN -> new double[] {centre - radius, centre + radius};
            case MEAN -> new double[] {sum / block, sum / block};
        };
    }

    @ParameterizedTest(name = "{0}, blocks of {1}")
    @CsvSource({
        "MIN_MAX, 2",
        "MIN_MAX, 16",
        "CUBOID_MEAN, 1",
        "CUBOID_MEAN, 5",
        "CUBOID_MEAN, 32",
        "MEAN, 3",
        "MEAN, 64"
    })
    void update_tokensInSteps_summarisesEveryCompleteBlock(SummaryKind kind, int block) {
        KvCache cache = new KvCache(new KvShape(LAYERS, HEADS, DIM, DIM, 0), pool);
        for (int step : new int[] {1, 40, 3, 64, 1, 1, 150}) {
            append(cache, step);
            update(cache, kind, block);
            requireRight(cache, kind, block);
        }
        long summaries = (long) (260 / block) * LAYERS * HEADS * DIM * 4 * kind.vectors();
        assertThat(cache.bytes()).isEqualTo(260L * LAYERS * HEADS * DIM * 8 + summaries);
    }

    @ParameterizedTest
    @CsvSource({"F16, MIN_MAX, 16", "F16, CUBOID_MEAN, 5", "F16, MEAN, 3", "Q8, MIN_MAX, 16", "Q8, MEAN, 8"})
    void update_entriesInFewerBits_keepsHalves(EntryType entries, SummaryKind kind, int block) {
        KvShape shape = new KvShape(LAYERS, HEADS, DIM, DIM, 0).stored(KvTypes.F32.withEntries(entries));
        KvCache cache = new KvCache(shape, pool);
        append(cache, 203);
        update(cache, kind, block);
        assertThat(cache.summaries(kind, block).type()).isEqualTo(EntryType.F16);
        requireRight(cache, kind, block);
        long summaries = (long) (203 / block) * LAYERS * HEADS * DIM * 2 * kind.vectors();
        assertThat(cache.bytes()).isEqualTo(203L * LAYERS * shape.entryBytes() + summaries);
        assertThat(cache.summaries(kind, block).headBytes()).isEqualTo(2L * DIM * kind.vectors());
    }

    @Test
    void forkAndTruncate_atAnyPoint_keepEachSideRight() {
        KvCache cache = new KvCache(new KvShape(LAYERS, HEADS, DIM, DIM, 0), pool);
        append(cache, 100);
        update(cache, SummaryKind.MIN_MAX, 8);
        KvCache fork = cache.fork();
        for (int kept : new int[] {97, 96, 95, 64, 63, 7, 0}) {
            cache.truncate(kept);
            update(cache, SummaryKind.MIN_MAX, 8);
            append(cache, 20);
            update(cache, SummaryKind.MIN_MAX, 8);
            requireRight(cache, SummaryKind.MIN_MAX, 8);
            append(fork, 5);
            update(fork, SummaryKind.MIN_MAX, 8);
            requireRight(fork, SummaryKind.MIN_MAX, 8);
        }
        cache.close();
        requireRight(fork, SummaryKind.MIN_MAX, 8);
        fork.close();
        assertThat(pool.usedBytes()).isZero();
    }

    @Test
    void summaries_neverAskedFor_takeNoMemory() {
        KvCache cache = new KvCache(new KvShape(LAYERS, HEADS, DIM, DIM, 0), pool);
        append(cache, 64);
        long before = pool.usedBytes();
        cache.fork().close();
        assertThat(pool.usedBytes()).isEqualTo(before);
        update(cache, SummaryKind.MEAN, 16);
        assertThat(pool.usedBytes()).isGreaterThan(before);
    }
}
