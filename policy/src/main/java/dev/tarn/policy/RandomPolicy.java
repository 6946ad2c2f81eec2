package dev.tarn.policy;

import java.util.SplittableRandom;

/** Evicts uniformly at random among the residents outside the batch; the same seed gives the same victims. */
final class RandomPolicy extends SlotPolicy {
    /** The taken slots in any order, those of the batch at hand first. */
    private final int[] taken;

    private final int[] placeOf;
    private final SplittableRandom random;
    private int count;
    private int protectedCount;

    RandomPolicy(Room room, long seed, ResidencyListener listener) {
        super(room, listener);
        taken = new int[room.capacity()];
        placeOf = new int[room.capacity()];
        random = new SplittableRandom(seed);
    }

    @Override
    void beginBatch(int lane, boolean counted) {
        protectedCount = 0;
    }

    @Override
    void protect(int slot) {
        swap(placeOf[slot], protectedCount++);
    }

    @Override
    int removeVictim() {
        swap(random.nextInt(protectedCount, count), count - 1);
        return taken[--count];
    }

    @Override
    void forget(int slot) {
        swap(placeOf[slot], --count);
    }

    @Override
    void touch(int slot) {
        // Use does not change the odds.
    }

    @Override
    void admit(int slot, int miss) {
        taken[count] = slot;
        placeOf[slot] = count++;
    }

    private void swap(int a, int b) {
        int slotA = taken[a];
        int slotB = taken[b];
        taken[a] = slotB;
        taken[b] = slotA;
        placeOf[slotA] = b;
        placeOf[slotB] = a;
    }
}
