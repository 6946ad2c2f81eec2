package dev.tarn.policy;

/**
 * The counting rule of {@link EvictionPolicy}, once for all policies. A policy says what a hit and an admission do to
 * its order, and which unprotected slot is the next victim.
 */
abstract class SlotPolicy implements EvictionPolicy {
    private final SlotTable table;
    private final ResidencyListener listener;
    private final int[] single = new int[1];

    SlotPolicy(int capacity, int universe, ResidencyListener listener) {
        this.table = new SlotTable(capacity, universe);
        this.listener = listener;
    }

    /** A batch begins: nothing is protected any more. */
    abstract void beginBatch();

    /** The slot belongs to the batch at hand and must not become a victim before the next batch. */
    abstract void protect(int slot);

    /** All slots to protect are known; victims are asked for next, each once. */
    abstract void beginEviction();

    /** Takes the next victim, an unprotected slot, out of the policy's order. */
    abstract int removeVictim();

    /** Takes a slot out of the policy's order between batches. */
    abstract void forget(int slot);

    /** A resident entry was used. */
    abstract void touch(int slot);

    /** An entry was given the slot. */
    abstract void admit(int slot);

    @Override
    public final int capacity() {
        return table.capacity();
    }

    @Override
    public final int size() {
        return table.size();
    }

    @Override
    public final int slot(int id) {
        return table.slot(id);
    }

    @Override
    public final int serve(int[] ids, int from, int to) {
        int staying = Math.max(from, to - table.capacity());
        int hits = 0;
        for (int i = from; i < staying; i++) {
            hits += table.slot(ids[i]) >= 0 ? 1 : 0;
        }
        int stayingHits = protectResident(ids, staying, to);
        evict(table.size() + (to - staying - stayingHits) - table.capacity());
        use(ids, staying, to);
        return hits + stayingHits;
    }

    @Override
    public final void insert(int id) {
        single[0] = id;
        serve(single, 0, 1);
    }

    @Override
    public final void remove(int id) {
        int slot = table.slot(id);
        if (slot >= 0) {
            beginBatch();
            forget(slot);
            listener.evicted(table.release(slot), slot);
        }
    }

    private int protectResident(int[] ids, int from, int to) {
        beginBatch();
        int resident = 0;
        for (int i = from; i < to; i++) {
            int slot = table.slot(ids[i]);
            if (slot >= 0) {
                protect(slot);
                resident++;
            }
        }
        return resident;
    }

    private void evict(int count) {
        if (count <= 0) {
            return;
        }
        beginEviction();
        for (int i = 0; i < count; i++) {
            int slot = removeVictim();
            listener.evicted(table.release(slot), slot);
        }
    }

    private void use(int[] ids, int from, int to) {
        for (int i = from; i < to; i++) {
            int slot = table.slot(ids[i]);
            if (slot >= 0) {
                touch(slot);
            } else {
                slot = table.take(ids[i]);
                admit(slot);
                listener.admitted(ids[i], slot);
            }
        }
    }
}
