package dev.tarn.sim.replay;

import dev.tarn.policy.Policies;
import dev.tarn.sim.access.AccessStream;
import dev.tarn.sim.access.AccessStreams;
import dev.tarn.sim.access.AccessTrace;
import dev.tarn.sim.access.Granularity;
import dev.tarn.sim.access.Sharing;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The pools of one reservation and what each of them sees. A total capacity in entries is split evenly; what remains goes to
 * the first pools (lowest layers or requests), one entry each. A pool then holds floor(entries / page) pages. What is
 * computed once for all capacities is kept.
 */
public final class Pools {
    private final List<AccessStream> streams;
    private final int page;
    private final List<LruCurve> curves = new ArrayList<>();
    private final List<NextUse> nextUses = new ArrayList<>();

    /**
     * Pools over given streams.
     *
     * @param streams one a pool
     * @param page entries of one unit of the streams
     */
    public Pools(List<AccessStream> streams, int page) {
        this.streams = List.copyOf(streams);
        this.page = page;
    }

    /** The pools of a trace. */
    public static Pools of(AccessTrace trace, Granularity granularity, Sharing sharing) {
        return new Pools(AccessStreams.of(trace, granularity, sharing), granularity.page());
    }

    /** The counted accesses of all pools, in units. */
    public long accesses() {
        return streams.stream().mapToLong(AccessStream::accesses).sum();
    }

    /**
     * The hits of all pools together.
     *
     * @param policy a spec that {@link SimulatedPolicies} knows
     * @param entries capacity of all pools together
     * @param seed for policies that draw
     */
    public long hits(String policy, long entries, long seed) {
        prepare(SimulatedPolicies.check(policy));
        long hits = 0;
        for (int pool = 0; pool < streams.size(); pool++) {
            long units = units(pool, entries);
            hits += switch (kind(policy)) {
                case SimulatedPolicies.LRU -> curves.get(pool).hits(units);
                case SimulatedPolicies.OPT -> OptReplay.hits(streams.get(pool), nextUses.get(pool), units);
                default -> PolicyReplay.hits(streams.get(pool), Policies.parse(policy), units, seed + pool);
            };
        }
        return hits;
    }

    /** LRU by page is LRU here, as the units of its pools are the pages. */
    private String kind(String policy) {
        OptionalInt own = Policies.page(policy);
        if (own.isEmpty()) {
            return policy;
        }
        if (own.getAsInt() != page) {
            throw new IllegalArgumentException("policy '" + policy + "' over pools of page:" + page);
        }
        return SimulatedPolicies.LRU;
    }

    /** How many units the pool holds of so many entries in total. */
    long units(int pool, long entries) {
        return share(pool, streams.size(), entries) / page;
    }

    /** The part of one of so many pools: an even share, and one more entry in the first pools while there is a remainder. */
    public static long share(int pool, int pools, long entries) {
        return entries / pools + (pool < entries % pools ? 1 : 0);
    }

    /** Computes what the policy needs once for all capacities; thread-safe. */
    synchronized void prepare(String policy) {
        if (kind(policy).equals(SimulatedPolicies.LRU) && curves.isEmpty()) {
            streams.forEach(stream -> curves.add(LruCurve.of(stream)));
        }
        if (policy.equals(SimulatedPolicies.OPT) && nextUses.isEmpty()) {
            streams.forEach(stream -> nextUses.add(NextUse.of(stream)));
        }
    }
}
