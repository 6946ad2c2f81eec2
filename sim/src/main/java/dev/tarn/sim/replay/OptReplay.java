package dev.tarn.sim.replay;

import dev.tarn.sim.access.AccessStream;

/**
 * OPT, the fewest misses that any choice of residents can reach.
 *
 * <p>Definition under the batch rule: after a batch and the arrival of its own entry, OPT keeps any set of at most C entries out of what was
 * resident before, the batch and the arrival. Every policy's state is one such choice, so no policy misses less, and more
 * room never hurts. The entries of a batch need not stay; they pass through.
 *
 * <p>Why keeping those used soonest is optimal: keeping an entry from one event to its next use is an interval that saves
 * one miss, at most C intervals may overlap between two batches, and among intervals of equal worth the largest such
 * family is found by walking in time and dropping the one that ends last whenever there are more than C (Belady 1966 as interval
 * scheduling; Carlisle and Lloyd 1995). Entries used next in the same batch end together, so it does not matter which of them is dropped.
 *
 * <p>In plain request sequences each request must be admitted (Belady's MIN): room is made before it enters.
 *
 * <p>The kept set is a bitmap over next uses: bit i says that the entry whose next use is access i is resident. Ids are not
 * needed any more, and the victim is the highest bit.
 */
final class OptReplay {
    private OptReplay() {}

    /** The hits at a capacity of so many units. */
    static long hits(AccessStream stream, NextUse next, long capacity) {
        if (capacity == 0) {
            return 0;
        }
        return stream.oneByOne() ? ofRequests(next.ofAccess(), capacity) : ofBatches(stream, next, capacity);
    }

    private static long ofBatches(AccessStream stream, NextUse next, long capacity) {
        int[] offsets = stream.offsets();
        int[] ofAccess = next.ofAccess();
        int[] ofOwn = next.ofOwn();
        var kept = new TopBitmap(ofAccess.length);
        long hits = 0;
        long size = 0;
        for (int batch = 0; batch < ofOwn.length; batch++) {
            int from = offsets[batch];
            int to = offsets[batch + 1];
            int found = kept.removeRange(from, to);
            hits += found;
            size -= found;
            for (int i = from; i < to; i++) {
                size += keep(kept, ofAccess[i]);
            }
            size += keep(kept, ofOwn[batch]);
            for (; size > capacity; size--) {
                kept.removeHighest();
            }
        }
        return hits;
    }

    private static int keep(TopBitmap kept, int nextUse) {
        if (nextUse == NextUse.NONE) {
            return 0;
        }
        kept.add(nextUse);
        return 1;
    }

    private static long ofRequests(int[] ofAccess, long capacity) {
        var kept = new TopBitmap(ofAccess.length);
        long hits = 0;
        long size = 0;
        for (int i = 0; i < ofAccess.length; i++) {
            if (kept.removeRange(i, i + 1) == 1) {
                hits++;
                size--;
            } else if (size == capacity) {
                kept.removeHighest();
                size--;
            }
            size += keep(kept, ofAccess[i]);
        }
        return hits;
    }
}
