package dev.tarn.study.bench;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.kv.KvTypes;
import java.util.List;

/**
 * What is measured: every depth and every prefill length under every attention on every number of threads.
 *
 * @param threads numbers of threads
 * @param depths tokens in the cache before the first decoded one
 * @param prefills prompt lengths
 * @param attentions specs
 * @param repetitions measured runs of a row
 * @param tokens tokens decoded in a run
 * @param kvTypes how caches store entries and index keys
 * @param seed of token ids, cache contents and the random indexer
 */
public record BenchOptions(
        List<Integer> threads,
        List<Integer> depths,
        List<Integer> prefills,
        List<AttentionSpec> attentions,
        int repetitions,
        int tokens,
        KvTypes kvTypes,
        long seed) {
    /** The fewest tokens whose speed means anything. */
    public static final int LEAST_TOKENS = 32;

    /** Beyond it positions no longer fit the arithmetic of scores. */
    private static final int MOST_TOKENS = 1 << 28;

    /** Checks the ranges. */
    public BenchOptions {
        threads = List.copyOf(threads);
        depths = List.copyOf(depths);
        prefills = List.copyOf(prefills);
        attentions = List.copyOf(attentions);
        require(!threads.isEmpty() && !attentions.isEmpty(), "at least one number of threads and one attention");
        require(!depths.isEmpty() || !prefills.isEmpty(), "at least one depth or prefill length");
        threads.forEach(n -> require(n >= 1 && n <= 4096, "threads of 1 to 4096, not " + n));
        depths.forEach(n -> require(n >= 0 && n <= MOST_TOKENS, "depths of 0 to " + MOST_TOKENS + ", not " + n));
        prefills.forEach(n -> require(n >= 1 && n <= MOST_TOKENS, "prefills of 1 to " + MOST_TOKENS + ", not " + n));
        require(repetitions >= 1, "1 repetition or more, not " + repetitions);
        require(tokens >= LEAST_TOKENS, LEAST_TOKENS + " tokens or more, not " + tokens);
    }

    private static void require(boolean condition, String needed) {
        if (!condition) {
            throw new IllegalArgumentException("needs " + needed);
        }
    }
}
