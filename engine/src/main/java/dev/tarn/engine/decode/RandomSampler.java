package dev.tarn.engine.decode;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Draws from softmax(logits / temperature), cut to the top-k and then to the nucleus top-p (Holtzman et al. 2020). Candidates
 * are ordered by probability, equal ones by id, so that a seed gives the same draw everywhere.
 */
final class RandomSampler implements Sampler {
    private final double temperature;
    private final int topK;
    private final double topP;
    private final RandomGenerator random;
    private long[] order = new long[0];
    private double[] weights = new double[0];

    RandomSampler(SamplingOptions options) {
        this.temperature = options.temperature();
        this.topK = options.topK();
        this.topP = options.topP();
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(options.seed());
    }

    @Override
    public int sample(float[] logits) {
        int n = logits.length;
        sort(logits);
        int candidates = topK == 0 ? n : Math.min(topK, n);
        double largest = logits[id(0)];
        double total = 0;
        for (int i = 0; i < candidates; i++) {
            weights[i] = Math.exp((logits[id(i)] - largest) / temperature);
            total += weights[i];
        }
        double kept = 0;
        int end = 0;
        while (end < candidates && (end == 0 || kept < topP * total)) {
            kept += weights[end++];
        }
        return id(draw(end, kept));
    }

    private int draw(int candidates, double total) {
        double point = random.nextDouble() * total;
        for (int i = 0; i < candidates - 1; i++) {
            point -= weights[i];
            if (point < 0) {
                return i;
            }
        }
        return candidates - 1;
    }

    /** Packs (score, id) into longs whose ascending order is that of descending score, then ascending id. */
    private void sort(float[] logits) {
        if (order.length != logits.length) {
            order = new long[logits.length];
            weights = new double[logits.length];
        }
        for (int i = 0; i < logits.length; i++) {
            int bits = Float.floatToRawIntBits(logits[i] + 0f);
            int ascending = bits ^ (bits >> 31 & Integer.MAX_VALUE);
            order[i] = (long) ~ascending << 32 | i;
        }
        Arrays.sort(order);
    }

    private int id(int rank) {
        return (int) order[rank];
    }
}
