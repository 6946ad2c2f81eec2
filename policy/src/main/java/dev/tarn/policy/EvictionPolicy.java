package dev.tarn.policy;

/**
 * What is resident in a reservation of a fixed number of slots, and what leaves it when room is needed.
 *
 * <p>Requests come in batches: the entries one layer selects at one step of one request. One rule counts them, here and
 * in the one-pass algorithms of the simulator:
 *
 * <ul>
 *   <li>hits are the entries of the batch that were resident before it;
 *   <li>then the whole batch is resident, hits and misses alike. For policies that order by use it becomes most recent
 *       in ascending position; for policies that order by insertion its misses enter in ascending position;
 *   <li>victims come from outside the batch while there are any;
 *   <li>of a batch larger than the capacity the highest positions stay.
 * </ul>
 *
 * <p>Ids are dense, 0 to universe - 1, and ascend with position within a batch. Nothing is allocated after construction. One thread
 * calls.
 */
public interface EvictionPolicy {
    /** The number of slots. */
    int capacity();

    /** The number of resident entries, at most {@link #capacity}. */
    int size();

    /** The slot in which an entry lies, from 0 to capacity - 1, or -1 if it is not resident. */
    int slot(int id);

    /**
     * Serves the batch {@code ids[from..to)}: counts, evicts, admits.
     *
     * @param ids the entries, ascending and distinct within the batch
     * @return the hits; the misses are the rest
     */
    int serve(int[] ids, int from, int to);

    /**
     * Makes an entry resident without counting it: neither hit nor miss. So the entry of the position just decoded
     * arrives, after its batch was served. It is a batch of its own as far as victims go.
     */
    void insert(int id);

    /** Takes an entry out if it is resident, as when its sequence has ended; the listener hears of an eviction. */
    void remove(int id);
}
