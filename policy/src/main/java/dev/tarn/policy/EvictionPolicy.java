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
 *   <li>of a batch larger than the capacity the highest positions stay; a policy that gives each layer a share does so within the share.
 * </ul>
 *
 * <p>Published policies see one request at a time. Here room is made for the misses of a batch one after the other, in ascending position and
 * as if each had been admitted before the next; then hits are used and misses admitted in ascending position. A batch of one entry is
 * exactly a request of the published algorithm.
 *
 * <p>Ids are dense, 0 to universe - 1, and ascend with position within a batch. A lane is one layer of one sequence ({@link PoolShape});
 * an id belongs to one lane, and a batch is of one lane. Nothing is allocated after construction. One thread calls.
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
     * @param lane whose entries these are
     * @param ids the entries, ascending and distinct within the batch
     * @return the hits; the misses are the rest
     */
    int serve(int lane, int[] ids, int from, int to);

    /**
     * Serves a batch whose entries come with the ranking's scores; only policies made by a factory that needs them look at them.
     *
     * @param scores the score of each entry, at the same index as its id; the highest of them where several groups selected the entry
     */
    default int serve(int lane, int[] ids, float[] scores, int from, int to) {
        return serve(lane, ids, from, to);
    }

    /**
     * Makes an entry resident without counting it: neither hit nor miss. So the entry of the position just decoded
     * arrives, after its batch was served. It is a batch of its own as far as victims go.
     */
    void insert(int lane, int id);

    /**
     * Takes an entry out if it is resident, as when its sequence has ended, and forgets all that is remembered of it, so that the id may
     * be given to another entry. The listener hears of an eviction.
     */
    void remove(int lane, int id);
}
