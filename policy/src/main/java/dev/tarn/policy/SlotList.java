package dev.tarn.policy;

/** A doubly linked list of slots in two int arrays; the last index is the sentinel that closes the ring. */
final class SlotList {
    private final int[] newer;
    private final int[] older;
    private final int sentinel;

    SlotList(int capacity) {
        newer = new int[capacity + 1];
        older = new int[capacity + 1];
        sentinel = capacity;
        newer[sentinel] = sentinel;
        older[sentinel] = sentinel;
    }

    /** The slot longest in the list; the sentinel, equal to the capacity, if the list is empty. */
    int oldest() {
        return newer[sentinel];
    }

    /** The slot that entered next after this one; the sentinel after the newest. */
    int newer(int slot) {
        return newer[slot];
    }

    void addNewest(int slot) {
        int last = older[sentinel];
        newer[last] = slot;
        older[slot] = last;
        newer[slot] = sentinel;
        older[sentinel] = slot;
    }

    void remove(int slot) {
        int before = older[slot];
        int after = newer[slot];
        newer[before] = after;
        older[after] = before;
    }
}
