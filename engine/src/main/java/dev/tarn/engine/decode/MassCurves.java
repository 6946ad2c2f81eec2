package dev.tarn.engine.decode;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.LayerInput;
import dev.tarn.engine.attention.Selection;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.Backend;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Measures, for each layer, how much dense attention mass a ranking's best entries hold at each of several budgets: what per-layer
 * budgets and the usual masses of the layers are made from. Listens to a run whose selections are ranked by tokens; mass is the mean
 * over the heads that share a selection, and what is always kept counts first. Computes dense attention, so it is slow.
 */
public final class MassCurves implements SelectionListener {
    private final Backend backend;
    private final AttentionShape shape;
    private final int sink;
    private final int recent;
    private final int every;
    private final int[] grid;
    private final double[][] sums;
    private final double[] outside;
    private final long[] counts;
    private float[] probabilities = new float[0];
    private float[] mass = new float[0];
    private long[] order = new long[0];

    /**
     * Curves of a run.
     *
     * @param spec as resolved, for what it always keeps; its units are tokens
     * @param grid budgets in positions, ascending
     * @param every measures at positions t with (t + 1) mod every = 0 and more candidates than the largest budget
     */
    public MassCurves(Backend backend, AttentionShape shape, int layers, AttentionSpec spec, int[] grid, int every) {
        if (spec.block() != 1) {
            throw new IllegalArgumentException("attention '" + spec + "' takes blocks; curves are measured of tokens");
        }
        this.backend = backend;
        this.shape = shape;
        this.sink = spec.sink().orElse(0);
        this.recent = spec.recent().orElse(0);
        this.every = every;
        this.grid = grid.clone();
        this.sums = new double[layers][grid.length];
        this.outside = new double[layers];
        this.counts = new long[layers];
    }

    @Override
    public void selected(LayerInput input, int row, int group, Selection selection, float @Nullable [] scores) {
        int n = input.position(row) + 1;
        if (scores == null || n % every != 0 || n <= grid[grid.length - 1]) {
            return;
        }
        measure(input, row, group, n);
        sort(scores, n);
        double taken = 0;
        int next = 0;
        for (int i = 0; i < n && next < grid.length; i++) {
            taken += mass[(int) order[i]];
            if (i + 1 == grid[next]) {
                sums[input.layer()][next++] += taken;
            }
        }
        outside[input.layer()] +=
                IntStream.range(sink, n - recent).mapToDouble(s -> mass[s]).sum();
        counts[input.layer()]++;
    }

    /** Dense probabilities, averaged over the heads of a group. */
    private void measure(LayerInput input, int row, int group, int n) {
        if (mass.length < n) {
            mass = new float[2 * n];
            probabilities = new float[2 * n];
            order = new long[2 * n];
        }
        int first = group == Selection.ALL_HEADS ? 0 : group * shape.groupSize();
        int end = group == Selection.ALL_HEADS ? shape.heads() : first + shape.groupSize();
        Arrays.fill(mass, 0, n, 0);
        for (int head = first; head < end; head++) {
            backend.probabilities(shape, input.cache(), input.layer(), input.queries(), row, head, n, probabilities);
            for (int s = 0; s < n; s++) {
                mass[s] += probabilities[s] / (end - first);
            }
        }
    }

    /** Positions in the low halves of {@link #order}: what is kept, then by falling score, of equal scores the lower first. */
    private void sort(float[] scores, int n) {
        for (int s = 0; s < n; s++) {
            float score = s < sink || s >= n - recent ? Float.POSITIVE_INFINITY : scores[s] + 0f;
            int bits = Float.floatToIntBits(score);
            int ascending = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
            order[s] = ((long) ~ascending << Integer.SIZE) | s;
        }
        Arrays.sort(order, 0, n);
    }

    /** Mean mass by layer and budget; NaN for layers that nothing was heard of. */
    public double[][] masses() {
        double[][] means = new double[sums.length][];
        for (int layer = 0; layer < sums.length; layer++) {
            long count = counts[layer];
            means[layer] = Arrays.stream(sums[layer]).map(sum -> sum / count).toArray();
        }
        return means;
    }

    /** The layers' usual masses: what dense attention gives, in the mean, to the positions that are not always kept. */
    public double[] usualMasses() {
        return IntStream.range(0, outside.length)
                .mapToDouble(layer -> outside[layer] / counts[layer])
                .toArray();
    }
}
