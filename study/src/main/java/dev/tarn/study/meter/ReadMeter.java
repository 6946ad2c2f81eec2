package dev.tarn.study.meter;

import dev.tarn.engine.attention.LayerInput;
import dev.tarn.engine.attention.Selection;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.kv.KvShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts what attention reads in layers that select; sliding-window layers are not heard of. */
public final class ReadMeter implements SelectionListener {
    private final KvShape shape;
    private final IndexReads index;
    private final SortedMap<Integer, Layer> layers = new TreeMap<>();
    /** Entries by position, mean over KV heads, summed over layers; a position counts once however often it is read. */
    private final Map<Long, Double> steps = new HashMap<>();

    private double entryBytes;
    private double indexBytes;
    private long passes;
    private long pending;

    private static final class Layer {
        private double entries;
        private long positions;
        private final Histogram budgets = new Histogram();
    }

    /** A meter. */
    public ReadMeter(KvShape shape, IndexReads index) {
        this.shape = shape;
        this.index = index;
    }

    /** Says that positions heard of so far may be heard of again, of another sequence. */
    public void nextSequence() {
        passes++;
    }

    @Override
    public void selected(LayerInput input, int row, int group, Selection selection, float @Nullable [] scores) {
        boolean all = group == Selection.ALL_HEADS;
        if (scores != null) {
            indexBytes += (double) index.bytes(input.position(row) + 1) / (all ? 1 : shape.kvHeads());
        }
        pending += (long) selection.count * (all ? shape.kvHeads() : 1);
        if (all || group == shape.kvHeads() - 1) {
            count(input.layer(), passes << Integer.SIZE | input.position(row), (double) pending / shape.kvHeads());
            pending = 0;
        }
    }

    private void count(int layer, long position, double entries) {
        Layer counts = layers.computeIfAbsent(layer, _ -> new Layer());
        counts.entries += entries;
        counts.positions++;
        counts.budgets.add(Math.round(entries));
        steps.merge(position, entries, Double::sum);
        entryBytes += entries * shape.entryBytes();
    }

    /** What was read so far. */
    public Reads reads() {
        List<Double> entries = new ArrayList<>();
        List<Histogram> budgets = new ArrayList<>();
        for (Layer layer : layers.values()) {
            entries.add(layer.entries);
            budgets.add(layer.budgets);
        }
        Histogram perStep = new Histogram();
        steps.values().forEach(total -> perStep.add(Math.round(total / layers.size())));
        long tokens = layers.isEmpty() ? 0 : layers.firstEntry().getValue().positions;
        return new Reads(tokens, entryBytes, indexBytes, List.copyOf(layers.keySet()), entries, budgets, perStep);
    }
}
