package dev.tarn.engine.reserve;

import dev.tarn.engine.EngineException;
import dev.tarn.policy.EvictionPolicy;
import dev.tarn.policy.Policies;
import dev.tarn.policy.PolicyFactory;
import dev.tarn.policy.PoolShape;
import dev.tarn.policy.ResidencyListener;

/**
 * The pools of a reservation, each with a policy of its own, and how (sequence, layer, position) is numbered in them. The policies' own
 * tables by number are the slot table: dense arrays, so that a look-up is one read and nothing is allocated per token.
 */
final class Pools {
    private final Sharing sharing;
    private final int layers;
    private final int unit;
    /** Numbers of one layer of one sequence: the context, rounded up to whole units. */
    private final int span;

    private final boolean needsScores;
    private final EvictionPolicy[] policies;
    private final int[] firstSlots;
    private final int slots;

    /**
     * Empty pools.
     *
     * @param layers how many layers select
     * @param context positions of a sequence
     */
    Pools(ReserveOptions options, int layers, int context, ResidencyListener listener) {
        this.sharing = options.sharing();
        this.layers = layers;
        this.unit = options.unit();
        this.span = Math.ceilDiv(context, unit) * unit;
        PolicyFactory factory = Policies.parse(options.policy());
        this.needsScores = factory.needsScores();
        int pools = sharing.pools(layers, options.sequences());
        long universe = (long) span * layers * options.sequences() / pools;
        if (universe > Integer.MAX_VALUE) {
            throw new EngineException("a reservation for " + options.sequences() + " sequences of " + context
                    + " tokens in " + layers + " layers has too many entries to number; use --kv-sharing layer");
        }
        int poolLayers = sharing == Sharing.LAYER ? 1 : layers;
        int poolSequences = sharing == Sharing.SEQUENCE ? 1 : options.sequences();
        this.policies = new EvictionPolicy[pools];
        this.firstSlots = new int[pools];
        int next = 0;
        for (int pool = 0; pool < pools; pool++) {
            int share = options.entries() / pools + (pool < options.entries() % pools ? 1 : 0);
            int capacity = (int) Math.min(share, universe);
            PoolShape shape = new PoolShape(capacity, (int) universe, poolLayers, poolSequences);
            policies[pool] = factory.create(shape, options.seed() + pool, listener);
            firstSlots[pool] = next;
            next += capacity;
        }
        this.slots = next;
    }

    /** Slots of all pools. */
    int slots() {
        return slots;
    }

    /** Positions that are resident as a whole. */
    int unit() {
        return unit;
    }

    /** Whether batches must come with the ranking's scores. */
    boolean needsScores() {
        return needsScores;
    }

    /** The policy of one layer of one sequence. */
    EvictionPolicy policy(int layer, int sequence) {
        return policies[sharing.pool(layer, sequence)];
    }

    /** The number, among all slots, of the first slot of the pool of one layer of one sequence. */
    int firstSlot(int layer, int sequence) {
        return firstSlots[sharing.pool(layer, sequence)];
    }

    /** The lane in its pool of one layer of one sequence. */
    int lane(int layer, int sequence) {
        return switch (sharing) {
            case UNIFIED -> sequence * layers + layer;
            case LAYER -> sequence;
            case SEQUENCE -> layer;
        };
    }

    /** The number in its pool of position 0 of one layer of one sequence; those of later positions follow. */
    int base(int layer, int sequence) {
        return lane(layer, sequence) * span;
    }

    /** The layer that an entry is of, told by its number in the pool where one layer of one sequence lies. */
    int layerOf(int id, int layer) {
        return sharing == Sharing.LAYER ? layer : id / span % layers;
    }
}
