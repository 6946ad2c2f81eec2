package dev.tarn.study.distill.training;

import dev.tarn.study.distill.network.IndexerShape;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Everything that changes while indexers are trained; by place in the plan, not by layer. Not thread-safe. */
final class TrainingState {
    private static final float HEAD_WEIGHT_SD = 0.002f;
    private static final double REMEMBERED = 0.98;

    final float[][] parameters;
    final float[][] firstMoments;
    final float[][] secondMoments;

    /** What each indexer's input is multiplied by, channel by channel; 0 before the first step. */
    final float[][] inputScale;

    /** Mean dense mass outside what is always kept, of late steps. */
    final double[] usualMass;

    /** Mean loss of late steps. */
    final double[] loss;

    int step;
    double operations;
    double seconds;

    private TrainingState(int layers, int size, int hidden) {
        parameters = new float[layers][size];
        firstMoments = new float[layers][size];
        secondMoments = new float[layers][size];
        inputScale = new float[layers][hidden];
        usualMass = new double[layers];
        loss = new double[layers];
    }

    /** Zeros everywhere, to be filled from a checkpoint. */
    static TrainingState empty(IndexerShape shape, int layers) {
        return new TrainingState(layers, shape.parameters(), shape.hidden());
    }

    /** Random weights: projections keep the variance of their scaled input, head weights begin near 0, the LayerNorm at identity. */
    static TrainingState random(IndexerShape shape, int layers, long seed) {
        TrainingState state = empty(shape, layers);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        float sd = (float) (1 / Math.sqrt(shape.hidden()));
        for (float[] p : state.parameters) {
            fill(random, p, 0, shape.gainOffset(), sd);
            Arrays.fill(p, shape.gainOffset(), shape.biasOffset(), 1);
            fill(random, p, shape.headWeightOffset(), p.length, HEAD_WEIGHT_SD);
        }
        return state;
    }

    private static void fill(RandomGenerator random, float[] p, int from, int to, float sd) {
        for (int i = from; i < to; i++) {
            p[i] = sd * (float) random.nextGaussian();
        }
    }

    /** Takes note of what one step gave in one layer. */
    void measured(int layer, double newLoss, double newMass) {
        loss[layer] = remember(loss[layer], newLoss);
        usualMass[layer] = remember(usualMass[layer], newMass);
    }

    private static double remember(double old, double now) {
        return old == 0 ? now : REMEMBERED * old + (1 - REMEMBERED) * now;
    }

    /** Mean loss over the layers. */
    double meanLoss() {
        return Arrays.stream(loss).average().orElse(Double.NaN);
    }
}
