package dev.tarn.policy;

/**
 * ARC (Megiddo and Modha, "ARC: A Self-Tuning, Low Overhead Replacement Cache", FAST 2003, figure 4). T1 holds what was used once of late, T2 what was used
 * more often; B1 and B2 remember what left them, as many as the capacity together. A miss that is remembered in B1 raises p, the length that T1 is meant to have,
 * one remembered in B2 lowers it. No parameters.
 *
 * <p>In a batch the hits count as T2 from its start, and the misses as T1 or T2 as soon as they have room; where T1 should give a victim
 * and has none outside the batch T2 gives it, and the other way round.
 */
final class ArcPolicy extends SlotPolicy {
    private static final int ONCE = 0;
    private static final int OFTEN = 1;

    private final SlotLists lists;
    private final byte[] listOf;
    private final Ghosts ghosts;
    private final byte[] target;
    private final int capacity;
    private final int[] sizes = new int[2];
    private double p;
    private boolean fromB2;
    private boolean dropped;

    ArcPolicy(Room room, ResidencyListener listener) {
        super(room, listener);
        capacity = room.capacity();
        lists = new SlotLists(capacity, 2);
        listOf = new byte[capacity];
        target = new byte[capacity];
        ghosts = new Ghosts(room, 2 * capacity, 2);
    }

    @Override
    void beginBatch(int lane, boolean counted) {
        // A protected slot is outside both lists until it is touched.
    }

    @Override
    void protect(int slot) {
        forget(slot);
        listOf[slot] = OFTEN;
        sizes[OFTEN]++;
    }

    @Override
    void meet(int miss, int id) {
        int queue = ghosts.queue(id);
        target[miss] = (byte) (queue == Room.NONE ? ONCE : OFTEN);
        fromB2 = queue == OFTEN;
        dropped = false;
        if (queue == Room.NONE) {
            trim();
            return;
        }
        adapt(queue);
        ghosts.remove(id);
    }

    /** Cases II and III of the figure. */
    private void adapt(int queue) {
        double once = ghosts.size(ONCE);
        double often = ghosts.size(OFTEN);
        p = queue == ONCE
                ? Math.min(capacity, p + Math.max(often / once, 1))
                : Math.max(0, p - Math.max(once / often, 1));
    }

    /** Case IV: keeps T1 and B1 within the capacity, and all four within twice of it. */
    private void trim() {
        int once = sizes[ONCE] + ghosts.size(ONCE);
        int all = once + sizes[OFTEN] + ghosts.size(OFTEN);
        if (once >= capacity) {
            dropped = ghosts.size(ONCE) == 0;
            if (!dropped) {
                ghosts.dropOldest(ONCE);
            }
        } else if (all >= 2 * capacity) {
            ghosts.dropOldest(OFTEN);
        }
    }

    /** REPLACE of the figure, or the victim of case IV that leaves no ghost. */
    @Override
    int removeVictim() {
        int once = sizes[ONCE];
        int wanted = dropped || (once >= 1 && (once > p || (fromB2 && once == p))) ? ONCE : OFTEN;
        int list = lists.isEmpty(wanted) ? 1 - wanted : wanted;
        int victim = lists.oldest(list);
        forget(victim);
        if (!dropped) {
            ghosts.add(list, id(victim));
        }
        return victim;
    }

    @Override
    void expect(int miss) {
        sizes[target[miss]]++;
    }

    @Override
    void touch(int slot) {
        lists.addNewest(OFTEN, slot);
    }

    @Override
    void admit(int slot, int miss) {
        listOf[slot] = target[miss];
        lists.addNewest(target[miss], slot);
    }

    @Override
    void forget(int slot) {
        lists.remove(slot);
        sizes[listOf[slot]]--;
    }

    @Override
    void forgetGhost(int id) {
        ghosts.remove(id);
    }
}
