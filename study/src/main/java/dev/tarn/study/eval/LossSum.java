package dev.tarn.study.eval;

/** Negative log likelihoods and their spread. */
final class LossSum {
    private double sum;
    private double squares;
    private long count;

    void add(double loss) {
        sum += loss;
        squares += loss * loss;
        count++;
    }

    double perplexity() {
        return Math.exp(sum / count);
    }

    /** The standard error of the mean, carried through the exponential. */
    double standardError() {
        double mean = sum / count;
        double variance = Math.max(0, squares / count - mean * mean);
        return perplexity() * Math.sqrt(variance / count);
    }
}
