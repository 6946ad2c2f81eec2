package dev.tarn.study.fidelity;

import dev.tarn.engine.attention.LayerInput;
import dev.tarn.engine.attention.Selection;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.decode.RecallMeter;
import dev.tarn.engine.kv.KvShape;
import org.jspecify.annotations.Nullable;

/** Counts what attention reads while a {@link RecallMeter} says what it misses. */
final class ReadMeter implements SelectionListener {
    private final KvShape shape;
    private final RecallMeter recall;
    private final boolean indexed;
    private double entryBytes;
    private double indexBytes;
    private long tokens;
    /** The first layer that selects: sliding-window layers are not heard of. */
    private int firstLayer = Integer.MAX_VALUE;

    /**
     * A meter.
     *
     * @param indexed whether the ranking reads index keys
     */
    ReadMeter(KvShape shape, RecallMeter recall, boolean indexed) {
        this.shape = shape;
        this.recall = recall;
        this.indexed = indexed;
    }

    @Override
    public void selected(LayerInput input, int row, int group, Selection selection, float @Nullable [] scores) {
        recall.selected(input, row, group, selection, scores);
        double share = group == Selection.ALL_HEADS ? 1 : 1.0 / shape.kvHeads();
        entryBytes += share * selection.count * shape.entryBytes();
        boolean first = group == Selection.ALL_HEADS || group == 0;
        if (indexed && first && scores != null) {
            indexBytes += (double) (input.position(row) + 1) * shape.indexBytes();
        }
        firstLayer = Math.min(firstLayer, input.layer());
        if (first && input.layer() == firstLayer) {
            tokens++;
        }
    }

    double recall() {
        return recall.recall();
    }

    double entryBytesPerToken() {
        return entryBytes / tokens;
    }

    double indexBytesPerToken() {
        return indexBytes / tokens;
    }
}
