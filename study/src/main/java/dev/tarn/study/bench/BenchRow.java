package dev.tarn.study.bench;

import org.jspecify.annotations.Nullable;

/**
 * One measurement.
 *
 * @param test what was measured
 * @param depth decode: tokens in the cache before the first decoded one
 * @param tokens prefill: tokens of the prompt
 * @param attention the spec as resolved
 * @param threads threads that computed
 * @param indexer where the attention's indexer came from; null where it needs none
 * @param beyondContext whether positions exceed the context that the model was trained for
 * @param tokS tokens per second, the median of the repetitions
 * @param sd standard deviation of the repetitions; NaN where there is but one
 * @param repetitions how many
 * @param split shares of the time
 * @param floor what a token needs at least
 * @param ceilingTokS what the machine's ceilings make of the floor
 * @param ceilingShare the part of it that was reached
 * @param residentMb megabytes (1e6) resident beyond mapped files and the caches; NaN where the system does not say
 */
public record BenchRow(
        Test test,
        @Nullable Integer depth,
        @Nullable Integer tokens,
        String attention,
        int threads,
        @Nullable String indexer,
        boolean beyondContext,
        double tokS,
        double sd,
        int repetitions,
        Split split,
        Floor floor,
        double ceilingTokS,
        double ceilingShare,
        double residentMb) {
    /** The two speeds of a language model. */
    public enum Test {
        /** One token after the other. */
        DECODE,
        /** A prompt at once. */
        PREFILL
    }
}
