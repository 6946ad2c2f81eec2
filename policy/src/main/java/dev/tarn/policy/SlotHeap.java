package dev.tarn.policy;

/** Slots in a binary heap: the lowest key first, of equal keys the one that entered first. */
final class SlotHeap {
    private final int[] heap;
    private final int[] placeOf;
    private final float[] keys;
    private final long[] entered;
    private long clock;
    private int size;

    SlotHeap(int slots) {
        heap = new int[slots];
        placeOf = new int[slots];
        keys = new float[slots];
        entered = new long[slots];
    }

    int first() {
        return heap[0];
    }

    void add(int slot, float key) {
        keys[slot] = key;
        entered[slot] = clock++;
        rise(size++, slot);
    }

    void remove(int slot) {
        int place = placeOf[slot];
        int last = heap[--size];
        if (last != slot) {
            rise(place, last);
            sink(placeOf[last], last);
        }
    }

    private void rise(int from, int slot) {
        int place = from;
        while (place > 0 && before(slot, heap[(place - 1) >>> 1])) {
            put(place, heap[(place - 1) >>> 1]);
            place = (place - 1) >>> 1;
        }
        put(place, slot);
    }

    private void sink(int from, int slot) {
        int place = from;
        int child = 2 * place + 1;
        while (child < size) {
            if (child + 1 < size && before(heap[child + 1], heap[child])) {
                child++;
            }
            if (!before(heap[child], slot)) {
                break;
            }
            put(place, heap[child]);
            place = child;
            child = 2 * place + 1;
        }
        put(place, slot);
    }

    private void put(int place, int slot) {
        heap[place] = slot;
        placeOf[slot] = place;
    }

    private boolean before(int a, int b) {
        int byKey = Float.compare(keys[a], keys[b]);
        return byKey != 0 ? byKey < 0 : entered[a] < entered[b];
    }
}
