package dev.tarn.study.meter;

import dev.tarn.engine.attention.LayerInput;
import dev.tarn.engine.attention.Selection;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.AttentionState;
import dev.tarn.engine.compute.Backend;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Measures, at every n-th position, what a selection holds of the dense attention of the same queries over the same cache: softmax
 * mass per query head, beside the mass and the members of the best selection of the same size for the same heads (largest
 * probability summed over the heads that share it), the relative error of the layer's output, and PSA's P against the true mass.
 */
public final class MassMeter implements SelectionListener {
    private final Backend backend;
    private final AttentionShape shape;
    private final int every;
    private final MassSums sums;
    private final AttentionState dense;
    private final AttentionState sparse;
    private final float[] denseOut;
    private final float[] sparseOut;
    private float[] probabilities = new float[0];
    private float[] summed = new float[0];
    private int[] everything = new int[0];
    private double recall;
    private double best;
    private double members;
    private int groups;

    /**
     * A meter.
     *
     * @param every measures at positions t with (t + 1) mod every = 0
     * @param sums receives the measurements
     */
    public MassMeter(Backend backend, AttentionShape shape, int every, MassSums sums) {
        this.backend = backend;
        this.shape = shape;
        this.every = every;
        this.sums = sums;
        this.dense = new AttentionState(shape);
        this.sparse = new AttentionState(shape);
        this.denseOut = new float[shape.heads() * shape.valueDim()];
        this.sparseOut = new float[shape.heads() * shape.valueDim()];
    }

    @Override
    public void selected(LayerInput input, int row, int group, Selection selection, float @Nullable [] scores) {
        int n = input.position(row) + 1;
        if (n % every != 0) {
            return;
        }
        boolean all = group == Selection.ALL_HEADS;
        if (all && selection.count == n && Float.isNaN(selection.mass)) {
            sums.add(input.layer(), n - 1, 1, 1, 1, 0);
            return;
        }
        if (all || group == 0) {
            begin(input, row, n);
        }
        int first = all ? 0 : group * shape.groupSize();
        int end = all ? shape.heads() : first + shape.groupSize();
        measureMass(input, row, n, first, end, selection);
        attend(input, row, first, end, selection.positions, selection.count, sparse);
        groups++;
        if (all || group == shape.kvHeads() - 1) {
            finish(input, n);
        }
    }

    private void begin(LayerInput input, int row, int n) {
        if (everything.length < n) {
            int length = Math.max(n, 2 * everything.length);
            everything = new int[length];
            Arrays.setAll(everything, i -> i);
            probabilities = new float[length];
            summed = new float[length];
        }
        dense.reset();
        sparse.reset();
        recall = 0;
        best = 0;
        members = 0;
        groups = 0;
        attend(input, row, 0, shape.heads(), everything, n, dense);
    }

    private void attend(
            LayerInput input, int row, int first, int end, int[] positions, int count, AttentionState state) {
        int size = shape.groupSize();
        backend.attendSelected(
                shape,
                input.cache(),
                input.layer(),
                input.queries(),
                row,
                first / size,
                end / size,
                positions,
                count,
                state);
    }

    private void measureMass(LayerInput input, int row, int n, int first, int end, Selection selection) {
        Arrays.fill(summed, 0, n, 0);
        double least = 1;
        double inside = 0;
        for (int head = first; head < end; head++) {
            backend.probabilities(shape, input.cache(), input.layer(), input.queries(), row, head, n, probabilities);
            double mass = 0;
            for (int i = 0; i < selection.count; i++) {
                mass += probabilities[selection.positions[i]];
            }
            inside += mass;
            least = Math.min(least, mass);
            for (int s = 0; s < n; s++) {
                summed[s] += probabilities[s];
            }
        }
        recall += inside;
        measureBest(n, selection, inside);
        if (!Float.isNaN(selection.mass)) {
            sums.calibration().add(selection.mass, least);
        }
    }

    private void measureBest(int n, Selection selection, double inside) {
        if (selection.count >= n) {
            best += inside;
            members += 1;
            return;
        }
        BestOfSize largest = BestOfSize.of(summed, n, selection);
        best += largest.sum();
        members += (double) largest.shared() / selection.count;
    }

    private void finish(LayerInput input, int n) {
        double difference = 0;
        double norm = 0;
        for (int head = 0; head < shape.heads(); head++) {
            dense.output(head, denseOut, head * shape.valueDim());
            sparse.output(head, sparseOut, head * shape.valueDim());
        }
        for (int i = 0; i < denseOut.length; i++) {
            double d = (double) sparseOut[i] - denseOut[i];
            difference += d * d;
            norm += (double) denseOut[i] * denseOut[i];
        }
        sums.add(
                input.layer(),
                n - 1,
                recall / shape.heads(),
                best / shape.heads(),
                members / groups,
                norm == 0 ? 0 : Math.sqrt(difference / norm));
    }
}
