package dev.tarn.policy;

/** Ids that are remembered after they left, in queues from the oldest on; an id is in one queue at most. */
final class Ghosts {
    private final int[] nodeOf;
    private final int[] idOf;
    private final byte[] queueOf;
    private final SlotLists queues;
    private final int[] sizes;
    private final int[] free;
    private int freeCount;

    /** Room for so many ids in all queues together. */
    Ghosts(Room room, int capacity, int queueCount) {
        nodeOf = room.ghostOf();
        idOf = new int[capacity];
        queueOf = new byte[capacity];
        queues = new SlotLists(capacity, queueCount);
        sizes = new int[queueCount];
        free = new int[capacity];
        for (int i = 0; i < capacity; i++) {
            free[i] = capacity - 1 - i;
        }
        freeCount = capacity;
    }

    int size(int queue) {
        return sizes[queue];
    }

    /** The queue an id is in, or -1. */
    int queue(int id) {
        int node = nodeOf[id];
        return node == Room.NONE ? Room.NONE : queueOf[node];
    }

    /** Remembers an id that is in no queue, as the newest of this one; there is room. */
    void add(int queue, int id) {
        int node = free[--freeCount];
        nodeOf[id] = node;
        idOf[node] = id;
        queueOf[node] = (byte) queue;
        queues.addNewest(queue, node);
        sizes[queue]++;
    }

    /** Remembers an id, and no more than so many of its queue. */
    void addWithin(int limit, int queue, int id) {
        if (limit == 0) {
            return;
        }
        if (sizes[queue] >= limit) {
            dropOldest(queue);
        }
        add(queue, id);
    }

    /** Forgets an id if it is remembered; says whether it was. */
    boolean remove(int id) {
        int node = nodeOf[id];
        if (node == Room.NONE) {
            return false;
        }
        nodeOf[id] = Room.NONE;
        queues.remove(node);
        sizes[queueOf[node]]--;
        free[freeCount++] = node;
        return true;
    }

    /** Forgets the id longest in a queue that is not empty. */
    void dropOldest(int queue) {
        remove(idOf[queues.oldest(queue)]);
    }
}
