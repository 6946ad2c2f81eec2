package dev.tarn.engine.decode;

/** Chooses the next token from logits. */
public interface Sampler {
    /** The id chosen; may change {@code logits}. */
    int sample(float[] logits);

    /** The likeliest token, the lowest id of equals. */
    static Sampler greedy() {
        return Sampler::argmax;
    }

    /** The index of the largest value, the lowest of equals. */
    static int argmax(float[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }
}
