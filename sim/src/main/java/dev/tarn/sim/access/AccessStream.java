package dev.tarn.sim.access;

import org.jspecify.annotations.Nullable;

/**
 * What one pool of slots sees: batches of dense ids in order of time. Arrays are shared, not copied; do not write to them.
 *
 * @param universe ids are 0 to universe - 1
 * @param ids the ids of all batches, ascending and distinct within a batch
 * @param offsets batch b is {@code ids[offsets[b] .. offsets[b + 1])}; one longer than the number of batches
 * @param own the id that arrives uncounted after each batch, higher than every id of the batch, or {@link #NO_ENTRY}
 * @param places of each id, the position of its token, or of its page in pages
 * @param oneByOne whether this is a plain request sequence, where each request must be admitted before the next
 * @param lanes whose entries the batches are
 * @param scores beside {@code ids} the ranking's scores, of a page the highest; null where the trace was loaded without
 */
public record AccessStream(
        int universe,
        int[] ids,
        int[] offsets,
        int[] own,
        int[] places,
        boolean oneByOne,
        Lanes lanes,
        float @Nullable [] scores) {
    /** Stands in {@code own} where nothing arrives. */
    public static final int NO_ENTRY = -1;

    /** The number of batches. */
    public int batches() {
        return own.length;
    }

    /** The number of counted accesses. */
    public int accesses() {
        return ids.length;
    }
}
