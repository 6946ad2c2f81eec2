package dev.tarn.policy;

import java.util.Arrays;

/** Which id lies in which slot, and which slots are free. */
final class SlotTable {
    private static final int NONE = -1;

    private final int[] slotOf;
    private final int[] idOf;
    private final int[] free;
    private int freeCount;

    SlotTable(int capacity, int universe) {
        if (capacity < 0 || universe < 0) {
            throw new IllegalArgumentException(
                    "capacity " + capacity + " and universe " + universe + " must both be 0 or more");
        }
        slotOf = new int[universe];
        Arrays.fill(slotOf, NONE);
        idOf = new int[capacity];
        free = new int[capacity];
        for (int i = 0; i < capacity; i++) {
            free[i] = capacity - 1 - i; // so that slot 0 is taken first
        }
        freeCount = capacity;
    }

    int capacity() {
        return idOf.length;
    }

    int size() {
        return idOf.length - freeCount;
    }

    /** The id's slot or -1. */
    int slot(int id) {
        return slotOf[id];
    }

    /** Gives the id a free slot; the caller has seen to it that there is one. */
    int take(int id) {
        int slot = free[--freeCount];
        slotOf[id] = slot;
        idOf[slot] = id;
        return slot;
    }

    /** Frees a slot and returns the id that lay there. */
    int release(int slot) {
        int id = idOf[slot];
        slotOf[id] = NONE;
        free[freeCount++] = slot;
        return id;
    }
}
