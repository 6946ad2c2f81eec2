package dev.tarn.policy;

/**
 * 2Q, the full version (Johnson and Shasha, "2Q: A Low Overhead High Performance Buffer Management Replacement Algorithm", VLDB 1994). First uses enter A1in, a
 * FIFO whose entries are not moved by hits; what leaves it is remembered in A1out; a miss that is remembered there enters Am, an LRU list. While A1in
 * is longer than Kin its oldest leaves, else the oldest of Am.
 *
 * <p>Parameters, as parts of the capacity, rounded down: {@code in} (Kin, default 0.25) and {@code out} (Kout, default 0.5), the paper's.
 *
 * <p>In a batch the batch's own entries are passed over, and where all others are in one queue the victim comes from there.
 */
final class TwoQueuePolicy extends SlotPolicy {
    private static final int IN = 0;
    private static final int MAIN = 1;

    private final SlotLists lists;
    private final boolean[] inMain;
    private final BatchMarks batch;
    private final Ghosts out;
    private final boolean[] remembered;
    private final int kIn;
    private final int kOut;
    /** The length of A1in, with the misses that have room already. */
    private int inSize;

    private int cursor;

    TwoQueuePolicy(Room room, double in, double out, ResidencyListener listener) {
        super(room, listener);
        int capacity = room.capacity();
        lists = new SlotLists(capacity, 2);
        inMain = new boolean[capacity];
        batch = new BatchMarks(capacity);
        remembered = new boolean[capacity];
        kIn = (int) (capacity * in);
        kOut = (int) (capacity * out);
        this.out = new Ghosts(room, kOut, 1);
    }

    @Override
    void beginBatch(int lane, boolean counted) {
        batch.clear();
        cursor = lists.oldest(IN);
    }

    @Override
    void protect(int slot) {
        if (inMain[slot]) {
            lists.remove(slot);
        } else {
            batch.mark(slot);
        }
    }

    @Override
    void meet(int miss, int id) {
        remembered[miss] = out.remove(id);
    }

    @Override
    int removeVictim() {
        while (!lists.isEnd(cursor) && batch.has(cursor)) {
            cursor = lists.newer(cursor);
        }
        boolean fromIn = inSize > kIn ? !lists.isEnd(cursor) : lists.isEmpty(MAIN);
        if (!fromIn) {
            int victim = lists.oldest(MAIN);
            lists.remove(victim);
            return victim;
        }
        int victim = cursor;
        cursor = lists.newer(victim);
        forget(victim);
        out.addWithin(kOut, 0, id(victim));
        return victim;
    }

    @Override
    void expect(int miss) {
        inSize += remembered[miss] ? 0 : 1;
    }

    @Override
    void touch(int slot) {
        if (inMain[slot]) {
            lists.addNewest(MAIN, slot);
        }
    }

    @Override
    void admit(int slot, int miss) {
        inMain[slot] = remembered[miss];
        lists.addNewest(remembered[miss] ? MAIN : IN, slot);
    }

    @Override
    void forget(int slot) {
        lists.remove(slot);
        inSize -= inMain[slot] ? 0 : 1;
    }

    @Override
    void forgetGhost(int id) {
        out.remove(id);
    }
}
