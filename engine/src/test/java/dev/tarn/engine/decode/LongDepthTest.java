package dev.tarn.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.engine.attention.AttentionSpecs;
import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.KernelProvider;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.RandomCache;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.model.RandomIndexer;
import dev.tarn.engine.synthesis.RandomModel;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A context of 128K positions, eight layers: what decoding takes beside entries and index keys does not grow with it but for scores. */
class LongDepthTest {
    private static final int DEPTH = 131_072;
    private static final int STEPS = 4;
    /** Scores and marks of every position by each thread, and what the tests around this one leave behind. */
    private static final long HEAP_GROWTH_AT_MOST = 16L << 20;

    @TempDir
    private Path folder;

    @Test
    void decode_at128KPositions_takesNoMoreThanEntriesAndIndexKeys() {
        Path file = folder.resolve("tiny.gguf");
        RandomModel.parse("Tiny-1M:Q8_0", 1).write(file, _ -> {});
        try (var model = ModelFile.open(file);
                var indexer = new RandomIndexer(4);
                var backend = new CpuBackend(KernelProvider.select(), 2, Precision.FAST);
                var decoder = new Decoder(model, backend, indexer);
                var cache = decoder.newCache()) {
            decodeFrom(decoder, cache, 1000);
            long heap = heapInUse();
            decodeFrom(decoder, cache, DEPTH);
            long perPosition =
                    (decoder.kvShape().entryBytes() + decoder.kvShape().indexBytes())
                            * decoder.architecture().layers();
            assertThat(decoder.cacheBytes()).isBetween(DEPTH * perPosition, (DEPTH + 2L * 1024) * perPosition);
            assertThat(heapInUse() - heap).isLessThan(HEAP_GROWTH_AT_MOST);
        }
    }

    private static void decodeFrom(Decoder decoder, KvCache cache, int depth) {
        RandomCache.fill(cache, depth, 1);
        int[] selected = {0};
        var attention = decoder.attention(
                AttentionSpecs.parse("dsa:k=256"), (_, _, _, selection, _) -> selected[0] += selection.count);
        float[] logits = new float[decoder.architecture().vocabulary()];
        for (int step = 0; step < STEPS; step++) {
            decoder.decode(cache, new int[] {5 + step}, attention, null);
        }
        decoder.logits(0, 1).read(0, 0, logits.length, logits, 0);
        assertThat(logits[7]).isFinite();
        assertThat(selected[0]).isEqualTo(STEPS * 256 * decoder.architecture().layers());
        assertThat(cache.length()).isEqualTo(depth + STEPS);
    }

    private static long heapInUse() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
