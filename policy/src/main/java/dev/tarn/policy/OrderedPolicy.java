package dev.tarn.policy;

/** A policy whose victims are the oldest of one list, passing over those of the batch at hand. */
abstract class OrderedPolicy extends SlotPolicy {
    private final SlotLists order;
    private final BatchMarks batch;
    private int cursor;

    OrderedPolicy(Room room, ResidencyListener listener) {
        super(room, listener);
        order = new SlotLists(room.capacity(), 1);
        batch = new BatchMarks(room.capacity());
    }

    @Override
    final void beginBatch(int lane, boolean counted) {
        batch.clear();
        cursor = order.oldest(0);
    }

    @Override
    final void protect(int slot) {
        batch.mark(slot);
    }

    @Override
    final int removeVictim() {
        while (batch.has(cursor)) {
            cursor = order.newer(cursor);
        }
        int victim = cursor;
        cursor = order.newer(victim);
        order.remove(victim);
        return victim;
    }

    @Override
    final void forget(int slot) {
        order.remove(slot);
    }

    @Override
    final void admit(int slot, int miss) {
        order.addNewest(0, slot);
    }

    /** Makes a slot the last to leave. */
    final void renew(int slot) {
        order.remove(slot);
        order.addNewest(0, slot);
    }
}
