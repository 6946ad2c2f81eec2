package dev.tarn.study.bench;

import dev.tarn.engine.attention.Attention;
import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.LayerInput;
import dev.tarn.engine.attention.Selection;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.MeteredBackend;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.KvShape;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.architecture.LayerDescription;
import org.jspecify.annotations.Nullable;

/** Runs a row again through a meter: where its time goes, and what it must read. */
final class StepMeter implements SelectionListener, AutoCloseable {
    private final MeteredBackend meter;
    private final Decoder decoder;
    private final Attention attention;
    private final KvShape shape;
    private long selectedBytes;

    StepMeter(BenchSession session, AttentionSpec spec) {
        this.meter = new MeteredBackend(session.backend());
        this.decoder = session.decoder(meter.backend());
        this.attention = decoder.attention(spec, this);
        this.shape = decoder.kvShape();
    }

    @Override
    public void selected(LayerInput input, int row, int group, Selection selection, float @Nullable [] scores) {
        long entry = group == Selection.ALL_HEADS ? shape.entryBytes() : shape.entryBytes() / shape.kvHeads();
        selectedBytes += selection.count * entry;
    }

    /** The shares of decoding the ids. */
    Split splitDecode(KvCache cache, int[] ids) {
        BenchSession.decode(decoder, cache, attention, new int[] {ids[0], ids[1]});
        reset();
        return Split.of(meter, BenchSession.decode(decoder, cache, attention, ids));
    }

    /** The shares of running a prompt. */
    Split splitPrefill(int[] ids) {
        reset();
        return Split.of(meter, BenchSession.prefill(decoder, attention, ids));
    }

    /** What one decoded token at the cache's end must read. */
    Floor floorOfStep(KvCache cache, int id) {
        int depth = cache.length();
        reset();
        BenchSession.decode(decoder, cache, attention, new int[] {id});
        long index = meter.scorings() * (depth + 1L) * shape.indexBytes();
        return new Floor(meter.weightBytes(), index, selectedBytes + slidingBytes(depth + 1), 2 * meter.parameters());
    }

    /** What a prompt's token must read, entries on average: one pass over the weights serves all that run together. */
    Floor floorOfPrefill(int id) {
        try (KvCache empty = decoder.newCache()) {
            reset();
            decoder.forward(empty, new int[] {id}, 0, 1, attention, 1);
        }
        return new Floor(meter.weightBytes(), 0, 0, 2 * meter.parameters());
    }

    /** Entries in the windows of sliding layers, which are read whatever the spec and not reported. */
    private long slidingBytes(int tokens) {
        long entries = 0;
        for (LayerDescription layer : decoder.architecture().stack()) {
            entries += layer.window() == Integer.MAX_VALUE ? 0 : Math.min(layer.window(), tokens);
        }
        return entries * shape.entryBytes();
    }

    private void reset() {
        meter.reset();
        selectedBytes = 0;
    }

    @Override
    public void close() {
        decoder.close();
    }
}
