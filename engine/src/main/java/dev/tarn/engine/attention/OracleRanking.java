package dev.tarn.engine.attention;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.Backend;
import java.util.Arrays;

/** Dense softmax probability, summed over the heads that share the selection: what the best ranking would know. */
final class OracleRanking implements Ranking {
    private final Backend backend;
    private final AttentionShape shape;
    private float[] probabilities = new float[0];

    OracleRanking(Backend backend, AttentionShape shape) {
        this.backend = backend;
        this.shape = shape;
    }

    @Override
    public void score(LayerInput input, int row, int group, float[] scores) {
        int n = input.position(row) + 1;
        if (probabilities.length < n) {
            probabilities = new float[Math.max(n, 2 * probabilities.length)];
        }
        int first = group == Selection.ALL_HEADS ? 0 : group * shape.groupSize();
        int end = group == Selection.ALL_HEADS ? shape.heads() : first + shape.groupSize();
        Arrays.fill(scores, 0, n, 0);
        for (int head = first; head < end; head++) {
            backend.probabilities(shape, input.cache(), input.layer(), input.queries(), row, head, n, probabilities);
            for (int s = 0; s < n; s++) {
                scores[s] += probabilities[s];
            }
        }
    }
}
