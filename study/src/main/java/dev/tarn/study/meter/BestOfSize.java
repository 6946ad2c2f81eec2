package dev.tarn.study.meter;

import dev.tarn.engine.attention.Selection;
import java.util.Arrays;

/**
 * The best selection of the size of another one.
 *
 * @param sum of its scores
 * @param shared positions that both hold; of equal scores the lower position is taken
 */
record BestOfSize(double sum, int shared) {
    static BestOfSize of(float[] scores, int n, Selection selection) {
        float[] sorted = Arrays.copyOf(scores, n);
        Arrays.sort(sorted);
        int size = selection.count;
        float threshold = sorted[n - size];
        double sum = 0;
        int above = 0;
        for (int i = n - size; i < n; i++) {
            sum += sorted[i];
            above += sorted[i] > threshold ? 1 : 0;
        }
        return new BestOfSize(sum, shared(scores, n, selection, threshold, size - above));
    }

    private static int shared(float[] scores, int n, Selection selection, float threshold, int ties) {
        int shared = 0;
        int left = ties;
        int next = 0;
        for (int s = 0; s < n; s++) {
            boolean taken = scores[s] > threshold || (scores[s] == threshold && left-- > 0);
            boolean chosen = next < selection.count && selection.positions[next] == s;
            next += chosen ? 1 : 0;
            shared += taken && chosen ? 1 : 0;
        }
        return shared;
    }
}
