package dev.tarn.policy;

/**
 * Least frequently used, in constant time (Shah, Mitra and Matani, "An O(1) algorithm for implementing the LFU cache eviction scheme", 2010). Counts
 * begin at 1 with the admission, are forgotten with the eviction, do not age, and end at {@link #MOST}; of equal counts the least recently
 * used leaves. No parameters.
 *
 * <p>In a batch no entry that is resident gives way to a miss, however rarely it was used.
 */
final class LfuPolicy extends SlotPolicy {
    /** The highest count that is told apart. */
    static final int MOST = 4095;

    /** By count: the slots with it, least recently used first. */
    private final SlotLists byCount;

    /** Which counts some slot may have; bit w of the summary says that word w is not 0. */
    private final long[] counts = new long[(MOST + 1) / Long.SIZE];

    private long summary;
    private final int[] uses;

    LfuPolicy(Room room, ResidencyListener listener) {
        super(room, listener);
        byCount = new SlotLists(room.capacity(), MOST + 1);
        uses = new int[room.capacity()];
    }

    @Override
    void beginBatch(int lane, boolean counted) {
        // A protected slot is outside all lists until it is touched.
    }

    @Override
    void protect(int slot) {
        forget(slot);
    }

    @Override
    int removeVictim() {
        int word = Long.numberOfTrailingZeros(summary);
        int lowest = word * Long.SIZE + Long.numberOfTrailingZeros(counts[word]);
        int victim = byCount.oldest(lowest);
        forget(victim);
        return victim;
    }

    @Override
    void touch(int slot) {
        add(slot, Math.min(uses[slot] + 1, MOST));
    }

    @Override
    void admit(int slot, int miss) {
        add(slot, 1);
    }

    @Override
    void forget(int slot) {
        byCount.remove(slot);
        int count = uses[slot];
        if (byCount.isEmpty(count)) {
            int word = count / Long.SIZE;
            counts[word] &= ~(1L << count);
            if (counts[word] == 0) {
                summary &= ~(1L << word);
            }
        }
    }

    private void add(int slot, int count) {
        uses[slot] = count;
        byCount.addNewest(count, slot);
        counts[count / Long.SIZE] |= 1L << count;
        summary |= 1L << (count / Long.SIZE);
    }
}
