package dev.tarn.study.distill.training;

/**
 * Linear warm-up, then half a cosine down to a fiftieth.
 *
 * @param peak the highest rate
 */
record LearningRate(float peak) {
    private static final double WARM_UP = 0.03;
    private static final double FLOOR = 0.02;

    /** The rate when {@code done} (0 to 1) of the run is done. */
    float at(double done) {
        double decay = FLOOR + (1 - FLOOR) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done)));
        return (float) (peak * Math.min(1, done / WARM_UP) * decay);
    }
}
