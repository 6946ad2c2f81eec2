package dev.tarn.engine.attention;

import dev.tarn.engine.compute.AttentionState;
import java.util.Arrays;

/**
 * Enough when the wave just attended added less than mu per entry to the attention mass so far: the mean over heads of ES_wave /
 * ES_acc, divided by the wave's entries. The first wave always adds everything.
 */
final class MarginalRule implements WaveRule {
    private final double mu;
    private final float[] max;
    private final float[] expSum;
    private int fromHead;
    private int toHead;

    MarginalRule(double mu, int heads) {
        this.mu = mu;
        this.max = new float[heads];
        this.expSum = new float[heads];
    }

    @Override
    public void begin(int fromHead, int toHead) {
        this.fromHead = fromHead;
        this.toHead = toHead;
        Arrays.fill(max, Float.NEGATIVE_INFINITY);
        Arrays.fill(expSum, 0);
    }

    @Override
    public boolean needsScores() {
        return false;
    }

    @Override
    public boolean enough(AttentionState state, Wave wave, int left, Selection selection) {
        double gain = 0;
        for (int head = fromHead; head < toHead; head++) {
            double before = expSum[head] * Math.exp(max[head] - state.max[head]);
            gain += 1 - before / state.expSum[head];
            max[head] = state.max[head];
            expSum[head] = state.expSum[head];
        }
        return gain / (toHead - fromHead) / wave.entries < mu;
    }
}
