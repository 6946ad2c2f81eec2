package dev.tarn.study.eval;

/** log softmax in double precision. */
final class LogSoftmax {
    private LogSoftmax() {}

    /** log Σ exp(logits): what is taken from a logit to make it a log probability. */
    static double normaliser(float[] logits) {
        float max = Float.NEGATIVE_INFINITY;
        for (float value : logits) {
            max = Math.max(max, value);
        }
        double sum = 0;
        for (float value : logits) {
            sum += Math.exp(value - max);
        }
        return Math.log(sum) + max;
    }
}
