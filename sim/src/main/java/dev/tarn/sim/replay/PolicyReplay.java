package dev.tarn.sim.replay;

import dev.tarn.policy.EvictionPolicy;
import dev.tarn.policy.PolicyFactory;
import dev.tarn.policy.ResidencyListener;
import dev.tarn.sim.access.AccessStream;

/** Replays a stream through the policy classes that the engine runs. */
final class PolicyReplay {
    private PolicyReplay() {}

    /** The hits at a capacity of so many units. */
    static long hits(AccessStream stream, PolicyFactory factory, long capacity, long seed) {
        int slots = (int) Math.min(capacity, stream.universe());
        EvictionPolicy policy = factory.create(slots, stream.universe(), seed, ResidencyListener.NONE);
        int[] ids = stream.ids();
        int[] offsets = stream.offsets();
        int[] own = stream.own();
        long hits = 0;
        for (int batch = 0; batch < own.length; batch++) {
            hits += policy.serve(ids, offsets[batch], offsets[batch + 1]);
            if (own[batch] != AccessStream.NO_ENTRY) {
                policy.insert(own[batch]);
            }
        }
        return hits;
    }
}
