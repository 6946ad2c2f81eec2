package dev.tarn.policy;

/** Doubly linked lists of slots in two int arrays; a slot is in one list at a time. Behind the slots lies a sentinel a list, which closes its ring. */
final class SlotLists {
    private final int[] newer;
    private final int[] older;
    private final int slots;

    SlotLists(int slots, int lists) {
        this.slots = slots;
        newer = new int[slots + lists];
        older = new int[slots + lists];
        for (int sentinel = slots; sentinel < newer.length; sentinel++) {
            newer[sentinel] = sentinel;
            older[sentinel] = sentinel;
        }
    }

    /** Whether a walk has left the list: what {@link #oldest}, {@link #newer} and their like return past its end. */
    boolean isEnd(int slot) {
        return slot >= slots;
    }

    boolean isEmpty(int list) {
        return newer[slots + list] == slots + list;
    }

    /** The slot longest in the list, or its end. */
    int oldest(int list) {
        return newer[slots + list];
    }

    /** The slot that entered last, or the list's end. */
    int newest(int list) {
        return older[slots + list];
    }

    /** The slot that entered next after this one, or the list's end. */
    int newer(int slot) {
        return newer[slot];
    }

    /** The slot that entered last before this one, or the list's end. */
    int older(int slot) {
        return older[slot];
    }

    void addNewest(int list, int slot) {
        int sentinel = slots + list;
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

    /** Puts all slots of one list in front of another's, as older ones, in their order. */
    void moveBeforeOldest(int from, int to) {
        if (isEmpty(from)) {
            return;
        }
        int first = oldest(from);
        int last = newest(from);
        int then = oldest(to);
        newer[slots + to] = first;
        older[first] = slots + to;
        newer[last] = then;
        older[then] = last;
        newer[slots + from] = slots + from;
        older[slots + from] = slots + from;
    }
}
