package dev.tarn.policy;

/**
 * SIEVE (Zhang et al., "SIEVE is Simpler than LRU", NSDI 2024): entries stand in order of insertion and never move. A hand walks from the oldest
 * to the newest and round again, takes the visited mark off those it passes and evicts the first that has none; it stays there. New entries
 * enter as the newest, so what is only read once leaves soon. No parameters.
 *
 * <p>In a batch the hand passes over the batch's own entries and leaves their marks as they are.
 */
final class SievePolicy extends SlotPolicy {
    private static final int START_AGAIN = -1;

    private final SlotLists queue;
    private final boolean[] visited;
    private final BatchMarks batch;
    private int hand = START_AGAIN;

    SievePolicy(Room room, ResidencyListener listener) {
        super(room, listener);
        queue = new SlotLists(room.capacity(), 1);
        visited = new boolean[room.capacity()];
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
        int slot = hand == START_AGAIN ? queue.oldest(0) : hand;
        while (batch.has(slot) || visited[slot]) {
            visited[slot] &= batch.has(slot);
            int next = queue.newer(slot);
            slot = queue.isEnd(next) ? queue.oldest(0) : next;
        }
        hand = slot;
        forget(slot);
        return slot;
    }

    @Override
    void touch(int slot) {
        visited[slot] = true;
    }

    @Override
    void admit(int slot, int miss) {
        visited[slot] = false;
        queue.addNewest(0, slot);
    }

    @Override
    void forget(int slot) {
        if (slot == hand) {
            int next = queue.newer(slot);
            hand = queue.isEnd(next) ? START_AGAIN : next;
        }
        queue.remove(slot);
    }
}
