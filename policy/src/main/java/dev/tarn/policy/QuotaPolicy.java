package dev.tarn.policy;

/**
 * A quota for each layer: an even share of the slots with a policy of its own, so that no layer evicts what another needs. The same as splitting the
 * pool by layer, and so a way to survive the cliff. Parameter: the policy of each share, default lru.
 */
final class QuotaPolicy implements EvictionPolicy {
    private final PoolShape shape;
    private final int[] slotOf;
    private final EvictionPolicy[] shares;

    QuotaPolicy(Room room, PolicySpec.Maker share, long seed, ResidencyListener listener) {
        shape = room.shape();
        slotOf = room.slotOf();
        shares = new EvictionPolicy[shape.layers()];
        for (int layer = 0; layer < shares.length; layer++) {
            shares[layer] = share.make(room.ofLayer(layer), seed + layer, listener);
        }
    }

    private EvictionPolicy share(int lane) {
        return shares[lane % shares.length];
    }

    /** What a share sees of a lane: its sequence. */
    private int sequence(int lane) {
        return lane / shares.length;
    }

    @Override
    public int capacity() {
        return shape.capacity();
    }

    @Override
    public int size() {
        int size = 0;
        for (EvictionPolicy share : shares) {
            size += share.size();
        }
        return size;
    }

    @Override
    public int slot(int id) {
        return slotOf[id];
    }

    @Override
    public int serve(int lane, int[] ids, int from, int to) {
        return share(lane).serve(sequence(lane), ids, from, to);
    }

    @Override
    public int serve(int lane, int[] ids, float[] scores, int from, int to) {
        return share(lane).serve(sequence(lane), ids, scores, from, to);
    }

    @Override
    public void insert(int lane, int id) {
        share(lane).insert(sequence(lane), id);
    }

    @Override
    public void remove(int lane, int id) {
        share(lane).remove(sequence(lane), id);
    }
}
