package dev.tarn.study.distill.training;

import dev.tarn.engine.compute.cpu.Kernels;
import dev.tarn.study.distill.network.IndexerShape;

/** Steps of one layer's parameters: Muon for the projections of queries and keys, head by head, Adam for all else. */
final class Optimiser {
    private final IndexerShape shape;
    private final float muonShare;
    private final Muon muon;

    /**
     * An optimiser; belongs to one worker.
     *
     * @param muonRate the highest rate of Muon, or 0 to let Adam train everything
     * @param adamRate the highest rate of Adam
     */
    Optimiser(Kernels kernels, IndexerShape shape, float muonRate, float adamRate) {
        this.shape = shape;
        this.muonShare = muonRate / adamRate;
        this.muon = new Muon(kernels, shape.dim(), shape.hidden());
    }

    /**
     * Takes one step.
     *
     * @param p parameters
     * @param g their gradient
     * @param factor what the gradient is multiplied by first
     * @param m first moments
     * @param v second moments
     * @param rate Adam's rate
     * @param step number of this step, from 1
     */
    void step(float[] p, float[] g, float factor, float[] m, float[] v, float rate, int step) {
        int from = 0;
        if (muonShare > 0) {
            for (int head = 0; head < shape.heads(); head++) {
                muon.step(p, head * shape.dim(), 1, shape.queryDim(), g, factor, m, rate * muonShare);
            }
            muon.step(p, shape.keyOffset(), shape.hidden(), 1, g, factor, m, rate * muonShare);
            from = shape.gainOffset();
        }
        Adam.step(p, from, p.length, g, factor, m, v, rate, step);
    }
}
