package dev.tarn.sim.replay;

import dev.tarn.policy.EvictionPolicy;
import dev.tarn.policy.PolicyFactory;
import dev.tarn.policy.PoolShape;
import dev.tarn.policy.ResidencyListener;
import dev.tarn.sim.access.AccessStream;
import dev.tarn.sim.access.Lanes;

/** Replays a stream through the policy classes that the engine runs. */
final class PolicyReplay {
    private PolicyReplay() {}

    /** The hits at a capacity of so many units. */
    static long hits(AccessStream stream, PolicyFactory factory, long capacity, long seed) {
        Lanes lanes = stream.lanes();
        // More slots than this change nothing, also where each layer has an even share of them.
        int slots = (int) Math.min(capacity, (long) stream.universe() * lanes.layers());
        var pool = new PoolShape(slots, stream.universe(), lanes.layers(), lanes.sequences());
        EvictionPolicy policy = factory.create(pool, seed, ResidencyListener.NONE);
        float[] scores = factory.needsScores() ? stream.scores() : null;
        if (factory.needsScores() && scores == null) {
            throw new IllegalArgumentException("the policy needs scores and the trace was loaded without");
        }
        int[] ids = stream.ids();
        int[] offsets = stream.offsets();
        int[] own = stream.own();
        long hits = 0;
        for (int batch = 0; batch < own.length; batch++) {
            int lane = lanes.ofBatch()[batch];
            hits += scores == null
                    ? policy.serve(lane, ids, offsets[batch], offsets[batch + 1])
                    : policy.serve(lane, ids, scores, offsets[batch], offsets[batch + 1]);
            if (own[batch] != AccessStream.NO_ENTRY) {
                policy.insert(lane, own[batch]);
            }
        }
        return hits;
    }
}
