package dev.tarn.engine.reserve;

import dev.tarn.policy.Policies;

/**
 * How a reservation is made.
 *
 * @param entries slots of all pools together; 0 or more
 * @param sharing how they are divided
 * @param policy what leaves when room is needed, a spec that {@link Policies} knows
 * @param sequences how many sequences may decode with it at a time; at least 1
 * @param seed for policies that draw
 * @param prefetch what is fetched before it is asked for, where the slow tier reads beside computing
 */
public record ReserveOptions(int entries, Sharing sharing, String policy, int sequences, long seed, Prefetch prefetch) {
    /** A reservation that fetches what is asked for and no more. */
    public ReserveOptions(int entries, Sharing sharing, String policy, int sequences, long seed) {
        this(entries, sharing, policy, sequences, seed, Prefetch.NONE);
    }

    /** Checks the ranges and the policy. */
    public ReserveOptions {
        if (entries < 0) {
            throw new IllegalArgumentException("a reservation of " + entries + " entries cannot be; give 0 or more");
        }
        if (sequences < 1) {
            throw new IllegalArgumentException(
                    "a reservation for " + sequences + " sequences cannot be; give 1 or more");
        }
        Policies.parse(policy);
    }

    /** Positions that are resident as a whole: 1, or a page where the policy's unit is one. */
    int unit() {
        return Policies.page(policy).orElse(1);
    }
}
