package dev.tarn.policy;

/**
 * CLOCK, the second chance (Corbató, "A paging experiment with the Multics system", 1968): entries stand in a ring in order of insertion; the hand
 * takes the used mark off those it passes and evicts the first that has none. New entries stand behind the hand, without the mark.
 *
 * <p>In a batch the hand passes over the batch's own entries and leaves their marks as they are.
 */
final class ClockPolicy extends SlotPolicy {
    /** The ring, cut where the hand stands: the oldest is the next it comes to. */
    private final SlotLists ring;

    private final boolean[] used;
    private final BatchMarks batch;

    ClockPolicy(Room room, ResidencyListener listener) {
        super(room, listener);
        ring = new SlotLists(room.capacity(), 1);
        used = new boolean[room.capacity()];
        batch = new BatchMarks(room.capacity());
    }

    @Override
    void beginBatch(int lane, boolean counted) {
        batch.clear();
    }

    @Override
    void protect(int slot) {
        batch.mark(slot);
    }

    @Override
    int removeVictim() {
        int slot = take();
        while (batch.has(slot) || used[slot]) {
            used[slot] &= batch.has(slot);
            ring.addNewest(0, slot);
            slot = take();
        }
        return slot;
    }

    private int take() {
        int slot = ring.oldest(0);
        ring.remove(slot);
        return slot;
    }

    @Override
    void touch(int slot) {
        used[slot] = true;
    }

    @Override
    void admit(int slot, int miss) {
        used[slot] = false;
        ring.addNewest(0, slot);
    }

    @Override
    void forget(int slot) {
        ring.remove(slot);
    }
}
