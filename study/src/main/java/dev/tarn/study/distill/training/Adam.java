package dev.tarn.study.distill.training;

/** Adam (Kingma and Ba 2015, algorithm 1). */
final class Adam {
    private static final float BETA1 = 0.9f;
    private static final float BETA2 = 0.98f;
    private static final float EPS = 1e-8f;

    private Adam() {}

    /**
     * Takes one step.
     *
     * @param p parameters
     * @param from first of them
     * @param to end of them
     * @param g their gradient
     * @param factor what the gradient is multiplied by first
     * @param m first moments
     * @param v second moments
     * @param rate learning rate
     * @param step number of this step, from 1
     */
    static void step(float[] p, int from, int to, float[] g, float factor, float[] m, float[] v, float rate, int step) {
        float scale = (float) (rate / (1 - Math.pow(BETA1, step)));
        float correction = (float) (1 / Math.sqrt(1 - Math.pow(BETA2, step)));
        for (int i = from; i < to; i++) {
            float gradient = g[i] * factor;
            m[i] = BETA1 * m[i] + (1 - BETA1) * gradient;
            v[i] = BETA2 * v[i] + (1 - BETA2) * gradient * gradient;
            p[i] -= scale * m[i] / ((float) Math.sqrt(v[i]) * correction + EPS);
        }
    }
}
