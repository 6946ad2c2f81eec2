package dev.tarn.policy;

import org.jspecify.annotations.Nullable;

/**
 * The counting rule of {@link EvictionPolicy}, once for all policies. A policy says what a hit and an admission do to
 * its order, and which unprotected slot is the next victim. Slots are counted from the room's first.
 *
 * <p>For each batch: {@link #beginBatch}; {@link #mostStaying}; {@link #protect} for each resident entry; for each miss {@link #meet}, {@link #removeVictim} if all
 * slots are taken, {@link #expect}; then {@link #touch} or {@link #admit} for each entry. All in ascending position.
 */
abstract class SlotPolicy implements EvictionPolicy {
    private final SlotTable table;
    private final ResidencyListener listener;
    private final int[] single = new int[1];
    private float @Nullable [] scores;

    SlotPolicy(Room room, ResidencyListener listener) {
        this.table = new SlotTable(room);
        this.listener = listener;
    }

    /**
     * A batch begins: nothing is protected any more.
     *
     * @param counted false for an entry that arrives by {@link #insert}
     */
    abstract void beginBatch(int lane, boolean counted);

    /** How many entries of the batch at hand may stay; of a larger batch the highest positions do. */
    int mostStaying(int size) {
        return capacity();
    }

    /** A resident entry of the batch at hand is used, but is not among those that stay. */
    void pass(int slot) {}

    /** The slot belongs to the batch at hand and must not become a victim before the next batch. */
    abstract void protect(int slot);

    /** A miss is about to have room made for it; {@code miss} counts those of the batch from 0. */
    void meet(int miss, int id) {}

    /** Takes the next victim, an unprotected slot, out of the policy's order. */
    abstract int removeVictim();

    /** Room was made for the miss: from here on it counts as resident where the policy looks at sizes. */
    void expect(int miss) {}

    /** A resident entry was used. */
    abstract void touch(int slot);

    /** The miss was given the slot. */
    abstract void admit(int slot, int miss);

    /** Takes a slot out of the policy's order between batches. */
    abstract void forget(int slot);

    /** Forgets what is remembered of an entry that is not resident. */
    void forgetGhost(int id) {}

    /** The scores of the batch at hand by index in {@code ids}, if it came with any. */
    void useScores(float @Nullable [] batchScores, int index) {}

    /** The id in a slot that is taken. */
    final int id(int slot) {
        return table.id(slot);
    }

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
        return table.slotInPool(id);
    }

    @Override
    public final int serve(int lane, int[] ids, int from, int to) {
        scores = null;
        return serve(lane, true, ids, from, to);
    }

    @Override
    public final int serve(int lane, int[] ids, float[] batchScores, int from, int to) {
        scores = batchScores;
        return serve(lane, true, ids, from, to);
    }

    @Override
    public final void insert(int lane, int id) {
        scores = null;
        single[0] = id;
        serve(lane, false, single, 0, 1);
    }

    @Override
    public final void remove(int lane, int id) {
        int slot = table.slot(id);
        if (slot >= 0) {
            forget(slot);
            release(slot);
        } else {
            forgetGhost(id);
        }
    }

    private int serve(int lane, boolean counted, int[] ids, int from, int to) {
        beginBatch(lane, counted);
        int staying = Math.max(from, to - Math.min(table.capacity(), mostStaying(to - from)));
        int hits = passResident(ids, from, staying) + protectResident(ids, staying, to);
        makeRoom(ids, staying, to);
        use(ids, staying, to);
        return hits;
    }

    private int passResident(int[] ids, int from, int to) {
        int resident = 0;
        for (int i = from; i < to; i++) {
            int slot = table.slot(ids[i]);
            if (slot >= 0) {
                pass(slot);
                resident++;
            }
        }
        return resident;
    }

    private int protectResident(int[] ids, int from, int to) {
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

    private void makeRoom(int[] ids, int from, int to) {
        int taken = table.size();
        int miss = 0;
        for (int i = from; i < to; i++) {
            if (table.slot(ids[i]) < 0) {
                meet(miss, ids[i]);
                if (taken == table.capacity()) {
                    release(removeVictim());
                } else {
                    taken++;
                }
                expect(miss++);
            }
        }
    }

    private void use(int[] ids, int from, int to) {
        int miss = 0;
        for (int i = from; i < to; i++) {
            useScores(scores, i);
            int slot = table.slot(ids[i]);
            if (slot >= 0) {
                touch(slot);
            } else {
                slot = table.take(ids[i]);
                admit(slot, miss++);
                listener.admitted(ids[i], table.inPool(slot));
            }
        }
    }

    private void release(int slot) {
        listener.evicted(table.release(slot), table.inPool(slot));
    }
}
