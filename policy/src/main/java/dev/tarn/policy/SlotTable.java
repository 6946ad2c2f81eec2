package dev.tarn.policy;

/** Which id lies in which slot of a room, and which slots are free. Slots are counted from the room's first. */
final class SlotTable {
    private final int[] slotOf;
    private final int firstSlot;
    private final int[] idOf;
    private final int[] free;
    private int freeCount;

    SlotTable(Room room) {
        slotOf = room.slotOf();
        firstSlot = room.firstSlot();
        int capacity = room.capacity();
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

    /** The slot as the pool counts it. */
    int inPool(int slot) {
        return firstSlot + slot;
    }

    /** The id's slot as the pool counts it, or -1. */
    int slotInPool(int id) {
        return slotOf[id];
    }

    /** The id's slot; negative if it has none. */
    int slot(int id) {
        int slot = slotOf[id];
        return slot == Room.NONE ? Room.NONE : slot - firstSlot;
    }

    /** The id in a slot that is taken. */
    int id(int slot) {
        return idOf[slot];
    }

    /** Gives the id a free slot; the caller has seen to it that there is one. */
    int take(int id) {
        int slot = free[--freeCount];
        slotOf[id] = firstSlot + slot;
        idOf[slot] = id;
        return slot;
    }

    /** Frees a slot and returns the id that lay there. */
    int release(int slot) {
        int id = idOf[slot];
        slotOf[id] = Room.NONE;
        free[freeCount++] = slot;
        return id;
    }
}
