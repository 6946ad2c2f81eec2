package dev.tarn.engine.attention;

import dev.tarn.engine.compute.AttentionState;
import dev.tarn.engine.compute.Backend;
import java.util.Arrays;

/**
 * PSA's rule (Zhou et al., arXiv 2503.00392): with ES_acc the exp-sum of all units taken, ES_min the smallest of one unit seen so far
 * and N_left the units not taken, P = ES_acc / (ES_acc + ES_min · N_left) for each query head. Enough when every head is past eps. A
 * block that is not full yet does not lower ES_min.
 *
 * <p>Exp-sums are relative to a head's running maximum, so ES_min is kept as a logarithm.
 */
final class MassRule implements WaveRule {
    private final Backend backend;
    private final double eps;
    private final double[] logMin;
    private int fromHead;
    private int toHead;

    MassRule(Backend backend, double eps, int heads) {
        this.backend = backend;
        this.eps = eps;
        this.logMin = new double[heads];
    }

    @Override
    public void begin(int fromHead, int toHead) {
        this.fromHead = fromHead;
        this.toHead = toHead;
        Arrays.fill(logMin, Double.POSITIVE_INFINITY);
    }

    @Override
    public boolean needsScores() {
        return true;
    }

    @Override
    public boolean enough(AttentionState state, Wave wave, int left, Selection selection) {
        selection.reserveHeads(toHead - fromHead);
        double least = 1;
        for (int head = fromHead; head < toHead; head++) {
            int at = (head - fromHead) * wave.entries;
            double smallest = wave.block() == 1 ? smallestToken(wave, at) : smallestBlock(wave, at, state.max[head]);
            logMin[head] = Math.min(logMin[head], smallest);
            double p = mass(state.expSum[head], Math.exp(logMin[head] - state.max[head]), left);
            selection.headMass[head - fromHead] = (float) p;
            least = Math.min(least, p);
        }
        selection.mass = (float) least;
        return least > eps;
    }

    private static double mass(double taken, double smallest, int left) {
        return left == 0 ? 1 : taken / (taken + smallest * left);
    }

    private static double smallestToken(Wave wave, int at) {
        float smallest = Float.POSITIVE_INFINITY;
        for (int i = at; i < at + wave.entries; i++) {
            smallest = Math.min(smallest, wave.scores[i]);
        }
        return smallest;
    }

    private double smallestBlock(Wave wave, int at, float max) {
        double smallest = Double.POSITIVE_INFINITY;
        int from = at;
        for (int unit = 0; unit < wave.units; unit++) {
            int size = wave.size(unit);
            double sum = backend.expSum(wave.scores, from, size, max);
            from += size;
            smallest = unit == wave.incomplete ? smallest : Math.min(smallest, sum);
        }
        return max + Math.log(smallest);
    }
}
