package dev.tarn.engine.decode;

/**
 * How the next token is drawn.
 *
 * @param temperature what logits are divided by; 0 takes the likeliest token
 * @param topK draw among this many likeliest tokens; 0 means all
 * @param topP draw among the likeliest tokens that together hold this much probability; in (0, 1]
 * @param seed of the random numbers
 */
public record SamplingOptions(double temperature, int topK, double topP, long seed) {
    /** The likeliest token, always. */
    public static final SamplingOptions GREEDY = new SamplingOptions(0, 0, 1, 0);

    /** Checks the ranges. */
    public SamplingOptions {
        if (!(temperature >= 0) || Double.isInfinite(temperature)) {
            throw new IllegalArgumentException("temperature is " + temperature + "; it must be 0 or more");
        }
        if (topK < 0) {
            throw new IllegalArgumentException("top-k is " + topK + "; it must be 0 (all) or more");
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException("top-p is " + topP + "; it must be above 0 and at most 1");
        }
    }

    /** A sampler with its own random numbers. */
    public Sampler sampler() {
        return temperature == 0 ? Sampler.greedy() : new RandomSampler(this);
    }
}
