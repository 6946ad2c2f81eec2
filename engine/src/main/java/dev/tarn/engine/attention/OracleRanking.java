package dev.tarn.engine.attention;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.Backend;
import java.util.Arrays;

/**
 * Dense softmax probability, summed over the heads that share the selection: what the best ranking would know. It reads every key,
 * which is not counted as index data, since nobody would deploy it.
 */
final class OracleRanking implements Ranking {
    private final Backend backend;
    private final AttentionShape shape;
    private final float[][] probabilities;

    OracleRanking(Backend backend, AttentionShape shape) {
        this.backend = backend;
        this.shape = shape;
        this.probabilities = new float[backend.workers()][0];
    }

    @Override
    public void score(LayerInput input, int row, int group, int worker, float[] scores) {
        int n = input.position(row) + 1;
        if (probabilities[worker].length < n) {
            probabilities[worker] = new float[Math.max(n, 2 * probabilities[worker].length)];
        }
        float[] p = probabilities[worker];
        int first = group == Selection.ALL_HEADS ? 0 : group * shape.groupSize();
        int end = group == Selection.ALL_HEADS ? shape.heads() : first + shape.groupSize();
        Arrays.fill(scores, 0, n, 0);
        for (int head = first; head < end; head++) {
            backend.probabilities(shape, input.cache(), input.layer(), input.queries(), row, head, n, p);
            for (int s = 0; s < n; s++) {
                scores[s] += p[s];
            }
        }
    }
}
