package dev.tarn.engine.decode;

import dev.tarn.engine.attention.LayerInput;
import dev.tarn.engine.attention.Selection;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.Backend;
import org.jspecify.annotations.Nullable;

/**
 * Measures attention recall: the share of dense softmax mass that falls inside the selection, per query head, averaged over
 * heads, layers and queries. Computes dense attention for it, so what it watches is not to be timed.
 */
public final class RecallMeter implements SelectionListener {
    private final Backend backend;
    private final AttentionShape shape;
    private final double[] sums;
    private final long[] counts;
    private float[] probabilities = new float[0];

    /** A meter for a model with {@code layers} layers. */
    public RecallMeter(Backend backend, AttentionShape shape, int layers) {
        this.backend = backend;
        this.shape = shape;
        this.sums = new double[layers];
        this.counts = new long[layers];
    }

    @Override
    public void selected(LayerInput input, int row, int group, Selection selection, float @Nullable [] scores) {
        int n = input.position(row) + 1;
        if (probabilities.length < n) {
            probabilities = new float[Math.max(n, 2 * probabilities.length)];
        }
        int first = group == Selection.ALL_HEADS ? 0 : group * shape.groupSize();
        int end = group == Selection.ALL_HEADS ? shape.heads() : first + shape.groupSize();
        for (int head = first; head < end; head++) {
            backend.probabilities(shape, input.cache(), input.layer(), input.queries(), row, head, n, probabilities);
            double mass = 0;
            for (int i = 0; i < selection.count; i++) {
                mass += probabilities[selection.positions[i]];
            }
            sums[input.layer()] += mass;
            counts[input.layer()]++;
        }
    }

    /** Mean recall of one layer; NaN before anything was seen. */
    public double recall(int layer) {
        return sums[layer] / counts[layer];
    }

    /** Mean recall over all layers; NaN before anything was seen. */
    public double recall() {
        double sum = 0;
        long count = 0;
        for (int layer = 0; layer < sums.length; layer++) {
            sum += sums[layer];
            count += counts[layer];
        }
        return sum / count;
    }
}
