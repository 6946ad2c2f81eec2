package dev.tarn.study.eval;

/**
 * Sums over the tokens of one stretch of a window, each scored given all before it.
 *
 * @param tokens how many
 * @param loss negative log likelihoods
 * @param squares their squares
 * @param excess loss minus the dense model's loss
 * @param kl divergence of the distribution from the dense one, KL(dense, sparse) in nats; NaN where it was not computed
 * @param agree tokens whose likeliest prediction is the dense one's
 */
record Stretch(long tokens, double loss, double squares, double excess, double kl, long agree) {
    /** Stretches of a window; even, so that the second half is whole stretches. */
    static final int COUNT = 32;

    static final Stretch NONE = new Stretch(0, 0, 0, 0, 0, 0);

    /** The stretch of token i of a window; the second half, i > context / 2, are the stretches from COUNT / 2 on. */
    static int of(int token, int context) {
        return (int) (((long) COUNT * token + context - 1) / context) - 1;
    }

    Stretch plus(Stretch other) {
        return new Stretch(
                tokens + other.tokens,
                loss + other.loss,
                squares + other.squares,
                excess + other.excess,
                kl + other.kl,
                agree + other.agree);
    }

    double perplexity() {
        return Math.exp(loss / tokens);
    }

    /** The standard error of the mean loss over tokens, carried through the exponential. */
    double perplexityError() {
        double mean = loss / tokens;
        double variance = Math.max(0, squares / tokens - mean * mean);
        return perplexity() * Math.sqrt(variance / tokens);
    }
}
