package dev.tarn.policy;

/**
 * S3-FIFO (Yang et al., "FIFO Queues are All You Need for Cache Eviction", SOSP 2023), as its authors' libCacheSim runs it. New entries enter a
 * small FIFO; those used twice or more in it move on to the main FIFO, the others leave and are remembered; a miss that is remembered enters
 * the main queue, whose oldest are put back while their count, at most 3, lasts.
 *
 * <p>Parameters, as parts of the capacity, rounded down: {@code small} (default 0.1; the main queue has the rest) and {@code ghost} (entries remembered,
 * default 0.9), the paper's.
 *
 * <p>In a batch the batch's own entries are passed over in the small queue, put back with their count in the main queue; where all others are in
 * one queue the victim comes from there.
 */
final class S3FifoPolicy extends SlotPolicy {
    private static final int SMALL = 0;
    private static final int MAIN = 1;
    private static final int MOST = 3;
    private static final int MOVES_ON = 2;

    private final SlotLists queues;
    private final boolean[] inMain;
    private final byte[] uses;
    private final BatchMarks batch;
    private final Ghosts ghosts;
    private final boolean[] remembered;
    private final int mainCapacity;
    private final int ghostCapacity;
    /** The length of the main queue, with the misses that have room already. */
    private int mainSize;

    /** Entries of the main queue that may be victims. */
    private int mainOpen;

    private int cursor;

    S3FifoPolicy(Room room, double small, double ghost, ResidencyListener listener) {
        super(room, listener);
        int capacity = room.capacity();
        queues = new SlotLists(capacity, 2);
        inMain = new boolean[capacity];
        uses = new byte[capacity];
        batch = new BatchMarks(capacity);
        remembered = new boolean[capacity];
        mainCapacity = capacity - (int) (capacity * small);
        ghostCapacity = (int) (capacity * ghost);
        ghosts = new Ghosts(room, ghostCapacity, 1);
    }

    @Override
    void beginBatch(int lane, boolean counted) {
        batch.clear();
        cursor = queues.oldest(SMALL);
        mainOpen = mainSize;
    }

    @Override
    void protect(int slot) {
        batch.mark(slot);
        mainOpen -= inMain[slot] ? 1 : 0;
    }

    @Override
    void meet(int miss, int id) {
        remembered[miss] = ghosts.remove(id);
    }

    @Override
    int removeVictim() {
        int victim = mainSize > mainCapacity && mainOpen > 0 ? Room.NONE : fromSmall();
        return victim == Room.NONE ? fromMain() : victim;
    }

    /** The oldest of the small queue that was used less than twice; those before it move on to the main queue. */
    private int fromSmall() {
        while (!queues.isEnd(cursor)) {
            int slot = cursor;
            cursor = queues.newer(slot);
            if (!batch.has(slot)) {
                queues.remove(slot);
                if (uses[slot] < MOVES_ON) {
                    ghosts.addWithin(ghostCapacity, 0, id(slot));
                    return slot;
                }
                enterMain(slot);
                mainSize++;
                mainOpen++;
            }
        }
        return Room.NONE;
    }

    private int fromMain() {
        int slot = takeMain();
        while (batch.has(slot) || uses[slot] > 0) {
            uses[slot] -= (byte) (batch.has(slot) ? 0 : 1);
            queues.addNewest(MAIN, slot);
            slot = takeMain();
        }
        mainSize--;
        mainOpen--;
        return slot;
    }

    private int takeMain() {
        int slot = queues.oldest(MAIN);
        queues.remove(slot);
        return slot;
    }

    private void enterMain(int slot) {
        uses[slot] = 0;
        inMain[slot] = true;
        queues.addNewest(MAIN, slot);
    }

    @Override
    void expect(int miss) {
        mainSize += remembered[miss] ? 1 : 0;
    }

    @Override
    void touch(int slot) {
        uses[slot] = (byte) Math.min(MOST, uses[slot] + 1);
    }

    @Override
    void admit(int slot, int miss) {
        if (remembered[miss]) {
            enterMain(slot);
        } else {
            uses[slot] = 0;
            inMain[slot] = false;
            queues.addNewest(SMALL, slot);
        }
    }

    @Override
    void forget(int slot) {
        queues.remove(slot);
        mainSize -= inMain[slot] ? 1 : 0;
    }

    @Override
    void forgetGhost(int id) {
        ghosts.remove(id);
    }
}
