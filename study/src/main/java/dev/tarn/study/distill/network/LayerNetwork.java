package dev.tarn.study.distill.network;

import static dev.tarn.study.distill.network.LayerActivations.TILE;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.cpu.Kernels;
import java.util.List;

/**
 * One layer's indexer at work on one window: its loss and gradient for sampled queries, or scores and dense attention to compare.
 * Queries go through in blocks, so that nothing of size queries × tokens × heads exists as a whole. Belongs to one worker.
 */
public final class LayerNetwork {
    private static final int BLOCK = 16;
    /** One query in so many has its loss measured; gradients need no logarithm, the measure does. */
    private static final int MEASURED = 8;
    /** Rows of a power-of-two length would fall into the same few cache sets. */
    private static final int PADDING = 16;

    private final QueryLoss loss;
    private final int stride;
    private final IndexKeys keys;
    private final IndexQueries queries;
    private final ScoreBlock block;
    private final AttentionTargets targets;
    private final float[] mean;
    private final float[] max;

    /**
     * What a batch of queries gave.
     *
     * @param loss Σ of the losses of the measured queries, in nats
     * @param measured how many were measured
     * @param mass Σ of the dense mass outside what is always kept, all queries
     */
    public record Result(double loss, int measured, double mass) {}

    /** Is shown one query at a time: rows of dense attention (mean over heads) and of index scores, from the offset on. */
    @FunctionalInterface
    public interface Visitor {
        /** Positions 0..position are the candidates; arrays are reused afterwards. */
        void row(int position, float[] attention, float[] scores, int offset);
    }

    /**
     * A network for windows of up to {@code maxTokens} tokens and batches of up to {@code maxQueries} queries.
     *
     * @param withMax whether objectives may ask for the maximum over heads
     */
    public LayerNetwork(
            Kernels kernels,
            IndexerShape shape,
            AttentionShape attention,
            RotaryTable rotary,
            boolean withMax,
            int maxTokens,
            int maxQueries) {
        this.loss = new QueryLoss(kernels);
        this.stride = (maxTokens + TILE - 1) / TILE * TILE + PADDING;
        this.keys = new IndexKeys(kernels, shape, rotary, maxTokens);
        this.queries = new IndexQueries(kernels, shape, rotary, maxQueries);
        this.block = new ScoreBlock(kernels, shape, BLOCK, stride);
        this.targets = new AttentionTargets(kernels, attention, BLOCK, stride);
        this.mean = new float[BLOCK * stride];
        this.max = new float[withMax ? BLOCK * stride : 0];
    }

    /** Bytes that one network takes, about. */
    public static long bytes(IndexerShape shape, AttentionShape attention, int maxTokens, int maxQueries) {
        long perToken = 4L * shape.dim() + (long) BLOCK * (3 + shape.heads() + attention.groupSize());
        long perQuery = 2L * shape.hidden() + 2L * shape.queryDim();
        return Float.BYTES * (perToken * maxTokens + perQuery * maxQueries + 2L * shape.hidden() * shape.dim());
    }

    /** Multiplications and additions of one call of {@link #train}, the masked half of attention not counted. */
    public static double operations(
            IndexerShape shape, AttentionShape attention, int targetLayers, int[] positions, int tokens) {
        double candidates = 0;
        for (int position : positions) {
            candidates += position + 1;
        }
        double target = 2.0 * targetLayers * attention.heads() * attention.keyDim() * candidates;
        double scores = 3 * 2.0 * shape.queryDim() * candidates;
        double key = 2 * 2.0 * shape.hidden() * shape.dim() * tokens;
        double query = 2 * 2.0 * shape.hidden() * (shape.queryDim() + shape.heads()) * positions.length;
        return target + scores + key + query;
    }

    /**
     * Adds the gradient of the mean loss of some queries to {@code into}.
     *
     * @param layer whose attention input the indexer reads
     * @param targetLayers whose attention it is to match: the same layer, or all that will share its selection
     * @param p the parameters
     * @param positions ascending, each at least the objective's first position
     * @param objective what scores are to match
     * @param queryWeight what each query's loss is multiplied by
     * @param usualMass mean mass outside what is always kept, by which a query's own is divided for the weight by far mass
     */
    public Result train(
            LayerActivations layer,
            List<LayerActivations> targetLayers,
            float[] p,
            int[] positions,
            Objective objective,
            float queryWeight,
            double usualMass,
            float[] into) {
        int count = positions.length;
        queries.forward(layer, p, positions, count);
        keys.forward(layer, p, positions[count - 1] + 1);
        double sum = 0;
        double mass = 0;
        int measured = 0;
        for (int first = 0; first < count; first += BLOCK) {
            int n = Math.min(BLOCK, count - first);
            int tiles = forward(targetLayers, positions, first, n);
            for (int i = 0; i < n; i++) {
                int to = objective.to(positions[first + i]);
                int from = Math.min(objective.from(), to);
                int at = i * stride;
                float own = loss.target(mean, max, objective.maxShare(), at, from, to);
                loss.restrict(objective.selected(), mean, block.scores, at, from, to);
                if ((first + i) % MEASURED == 0) {
                    sum += loss.divergence(mean, block.scores, at, from, to);
                    measured++;
                }
                mass += own;
                float weight = objective.far() == 0
                        ? queryWeight
                        : queryWeight * (float) Math.pow(own / Math.max(usualMass, 1e-9), objective.far());
                loss.gradient(mean, block.scores, at, from, to, weight);
                block.backwardRow(queries, first, i, from, to, tiles);
            }
            block.backward(queries, keys, first, n, tiles);
        }
        queries.backward(positions, count, into);
        keys.backward(layer, p, into);
        return new Result(sum, measured, mass);
    }

    private int forward(List<LayerActivations> targetLayers, int[] positions, int first, int count) {
        int tiles = positions[first + count - 1] / TILE + 1;
        targets.compute(targetLayers, positions, first, count, mean, max);
        block.forward(queries, keys, first, count, tiles);
        return tiles;
    }

    /** Shows dense attention and index scores of the queries at ascending positions. */
    public void compare(
            LayerActivations layer, List<LayerActivations> targetLayers, float[] p, int[] positions, Visitor visitor) {
        int count = positions.length;
        queries.forward(layer, p, positions, count);
        keys.forward(layer, p, positions[count - 1] + 1);
        for (int first = 0; first < count; first += BLOCK) {
            int n = Math.min(BLOCK, count - first);
            forward(targetLayers, positions, first, n);
            for (int i = 0; i < n; i++) {
                visitor.row(positions[first + i], mean, block.scores, i * stride);
            }
        }
    }
}
