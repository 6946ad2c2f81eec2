package dev.tarn.engine.model;

import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.model.architecture.FeedForward;
import dev.tarn.engine.model.architecture.FeedForward.Routing;
import java.util.Arrays;

/**
 * Which experts each row goes through and with what weight: softmax over all experts (Qwen 3 MoE), or sigmoids with a correction
 * bias and groups (DeepSeek-V3, section 2.1.2). Of equal scores the lower expert wins. Its arrays are reused from pass to pass.
 */
final class ExpertRouter {
    private static final float SMALLEST_SUM = 1e-20f;

    private final FeedForward.Experts shape;
    private final float[] scores;
    private final float[] choice;
    private final float[] groupScores;
    private final int[] chosen;
    private final float[] chosenWeights;
    private final int[] places;
    private final float[] weights;
    private int rows;

    ExpertRouter(FeedForward.Experts shape, int maxRows) {
        this.shape = shape;
        this.scores = new float[shape.count()];
        this.choice = new float[shape.count()];
        this.groupScores = new float[shape.routing().groups()];
        this.chosen = new int[maxRows * shape.used()];
        this.chosenWeights = new float[maxRows * shape.used()];
        this.places = new int[maxRows];
        this.weights = new float[maxRows];
    }

    /**
     * Routes the first rows.
     *
     * @param logits [rows, experts]
     * @param correction added to the sigmoids for the choice only; [experts]
     */
    void route(Tensor logits, int rows, float[] correction) {
        this.rows = rows;
        for (int row = 0; row < rows; row++) {
            logits.read(row, 0, shape.count(), scores, 0);
            if (shape.routing().sigmoid()) {
                scoreBySigmoid(correction);
            } else {
                scoreBySoftmax();
            }
            choose(row * shape.used());
        }
    }

    private void scoreBySoftmax() {
        float max = Float.NEGATIVE_INFINITY;
        for (float score : scores) {
            max = Math.max(max, score);
        }
        double sum = 0;
        for (int e = 0; e < scores.length; e++) {
            scores[e] = (float) Math.exp(scores[e] - max);
            sum += scores[e];
        }
        for (int e = 0; e < scores.length; e++) {
            scores[e] = (float) (scores[e] / sum);
            choice[e] = scores[e];
        }
    }

    private void scoreBySigmoid(float[] correction) {
        for (int e = 0; e < scores.length; e++) {
            scores[e] = (float) (1 / (1 + Math.exp(-scores[e])));
            choice[e] = scores[e] + correction[e];
        }
        if (shape.routing().usedGroups() < shape.routing().groups()) {
            leaveOutGroups();
        }
    }

    /** Takes the experts of all but the best groups out of the choice. */
    private void leaveOutGroups() {
        int size = scores.length / groupScores.length;
        for (int g = 0; g < groupScores.length; g++) {
            groupScores[g] = sumOfBestTwo(g * size, (g + 1) * size);
        }
        for (int taken = 0; taken < shape.routing().usedGroups(); taken++) {
            groupScores[largest(groupScores)] = Float.NaN;
        }
        for (int g = 0; g < groupScores.length; g++) {
            if (!Float.isNaN(groupScores[g])) {
                Arrays.fill(choice, g * size, (g + 1) * size, Float.NEGATIVE_INFINITY);
            }
        }
    }

    private float sumOfBestTwo(int from, int to) {
        float best = Float.NEGATIVE_INFINITY;
        float second = Float.NEGATIVE_INFINITY;
        for (int e = from; e < to; e++) {
            if (choice[e] > best) {
                second = best;
                best = choice[e];
            } else {
                second = Math.max(second, choice[e]);
            }
        }
        return best + second;
    }

    /** The place of the largest value, the first of equals; NaN is never it. */
    private static int largest(float[] values) {
        int best = -1;
        for (int i = 0; i < values.length; i++) {
            if (!Float.isNaN(values[i]) && (best < 0 || values[i] > values[best])) {
                best = i;
            }
        }
        return Math.max(best, 0);
    }

    private void choose(int at) {
        Routing routing = shape.routing();
        float sum = routing.sigmoid() ? SMALLEST_SUM : 0;
        for (int i = 0; i < shape.used(); i++) {
            int e = largest(choice);
            choice[e] = Float.NaN;
            chosen[at + i] = e;
            chosenWeights[at + i] = scores[e];
            sum += scores[e];
        }
        float factor = routing.normalise() ? routing.scale() / sum : routing.scale();
        for (int i = 0; i < shape.used(); i++) {
            chosenWeights[at + i] *= factor;
        }
    }

    /** Collects the rows that chose an expert; they and their weights are then in {@link #places} and {@link #weights}. */
    int rowsOf(int expert) {
        int count = 0;
        for (int i = 0; i < rows * shape.used(); i++) {
            if (chosen[i] == expert) {
                places[count] = i / shape.used();
                weights[count++] = chosenWeights[i];
            }
        }
        return count;
    }

    /** The rows collected last, ascending. */
    int[] places() {
        return places;
    }

    /** The weights of those rows. */
    float[] weights() {
        return weights;
    }
}
