package dev.tarn.policy;

/** A policy whose victims are the oldest of one list, passing over those of the batch at hand. */
abstract class OrderedPolicy extends SlotPolicy {
    final SlotList order;
    private final long[] protectedIn;
    private long batch;
    private int cursor;

    OrderedPolicy(int capacity, int universe, ResidencyListener listener) {
        super(capacity, universe, listener);
        order = new SlotList(capacity);
        protectedIn = new long[capacity];
    }

    @Override
    final void beginBatch() {
        batch++;
    }

    @Override
    final void protect(int slot) {
        protectedIn[slot] = batch;
    }

    @Override
    final void beginEviction() {
        cursor = order.oldest();
    }

    @Override
    final int removeVictim() {
        while (protectedIn[cursor] == batch) {
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
    final void admit(int slot) {
        order.addNewest(slot);
    }
}
