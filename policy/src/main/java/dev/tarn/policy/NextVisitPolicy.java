package dev.tarn.policy;

/**
 * Next visit: evicts the entry that is worth least, worth = (how likely it is to be selected at its lane's next visit) / (visits until then).
 *
 * <p>Decoding walks all lanes in turn, so when a lane is visited next is known exactly ({@link LaneOrder}); what it selects then is not, but
 * selections persist. An entry's class is its age, in visits of its lane since it was last selected (0 to 6, 7 and more), and the magnitude of how often it
 * was selected while resident (1, 2 to 3, 4 to 7, … 128 and more); how often entries of a class are selected at the next visit is counted as
 * decoding goes ({@link ReuseOdds}). It is Belady's rule with what can be known of the future, or hit density (Beckmann, Chen and Cidon, "LHD", NSDI
 * 2018) with the time to the next use known instead of estimated. Of equal worth the lower class leaves first, younger before older, then the least
 * recently used. No parameters.
 *
 * <p>Below the cliff, where the latest batches of all lanes together exceed the capacity, each lane has a share in proportion to its batch, rounded down, and of
 * a batch the highest positions stay that fit its share, as they would in a pool of that size. Else each batch would push out what the other
 * lanes wait for.
 *
 * <p>Entries of one lane and class are one list, so nothing is sorted: a visit turns a ring of lists, and a victim is the oldest of the list
 * worth least. O(1) an access, amortised over batches that are larger than {@link #CLASSES}.
 */
final class NextVisitPolicy extends SlotPolicy {
    static final int AGES = 8;
    static final int COUNTS = 8;
    static final int CLASSES = AGES * COUNTS;

    private static final int NOTHING = -1;

    private final ReuseOdds odds = new ReuseOdds(CLASSES);
    private final LaneOrder order;

    /** By lane, last visit modulo {@link #AGES}, and magnitude: the slots, least recently used first. */
    private final SlotLists groups;

    private final int[] groupSizes;
    private final int[] laneSizes;
    private final int[] classSizes = new int[CLASSES];
    private final int[] visits;
    private final int[] batchSizes;
    private final int[] laneOf;
    private final int[] usedAt;
    private final int[] uses;
    /** What one walk over all lanes selects: the latest batch of each. */
    private long walk;

    private int lane;
    private boolean counted;

    /** While victims are chosen, by class: the next lane to take from, the visits until it comes round, and what its entries are worth. */
    private final int[] laneAt = new int[CLASSES];

    private final int[] distances = new int[CLASSES];
    private final double[] worth = new double[CLASSES];
    private int least;

    NextVisitPolicy(Room room, ResidencyListener listener) {
        super(room, listener);
        int lanes = room.shape().lanes();
        int capacity = room.capacity();
        order = new LaneOrder(lanes);
        groups = new SlotLists(capacity, Math.multiplyExact(lanes, CLASSES));
        groupSizes = new int[lanes * CLASSES];
        laneSizes = new int[lanes];
        visits = new int[lanes];
        batchSizes = new int[lanes];
        laneOf = new int[capacity];
        usedAt = new int[capacity];
        uses = new int[capacity];
    }

    @Override
    void beginBatch(int lane, boolean counted) {
        this.lane = lane;
        this.counted = counted;
        least = NOTHING;
        if (counted || !order.has(lane)) {
            order.visit(lane);
        }
        if (counted) {
            visit();
        }
    }

    /** Counts what stands before the visit, then makes all of the lane one visit older: the oldest two ages become one. */
    private void visit() {
        for (int kind = 0; kind < CLASSES; kind++) {
            int size = groupSizes[group(lane, kind)];
            odds.see(kind, size);
            if (kind < kind(AGES - 1, 0)) {
                classSizes[kind] -= size;
                classSizes[kind + COUNTS] += size;
            }
        }
        for (int count = 0; count < COUNTS; count++) {
            int oldest = group(lane, kind(AGES - 1, count));
            int next = group(lane, kind(AGES - 2, count));
            groups.moveBeforeOldest(oldest, next);
            groupSizes[next] += groupSizes[oldest];
            groupSizes[oldest] = 0;
        }
        visits[lane]++;
    }

    @Override
    int mostStaying(int size) {
        if (!counted) {
            return size;
        }
        walk += size - batchSizes[lane];
        batchSizes[lane] = size;
        return walk <= capacity() ? size : (int) ((long) capacity() * size / walk);
    }

    @Override
    void pass(int slot) {
        // The visit has made it one older than it stood.
        int age = Math.min(visits[lane] - 1 - usedAt[slot], AGES - 1);
        odds.reuse(kind(age, magnitude(uses[slot])));
    }

    @Override
    void protect(int slot) {
        if (counted) {
            pass(slot);
        }
        leaveGroup(slot);
    }

    @Override
    int removeVictim() {
        if (least == NOTHING) {
            rank();
        }
        while (groups.isEmpty(group(laneAt[least], least))) {
            advance(least);
            least = lowest();
        }
        int victim = groups.oldest(group(laneAt[least], least));
        leaveGroup(victim);
        return victim;
    }

    /** Within a class the lane visited last is the farthest, so its entries are worth least. */
    private void rank() {
        for (int kind = 0; kind < CLASSES; kind++) {
            laneAt[kind] = order.latest();
            distances[kind] = order.size();
            setWorth(kind);
        }
        least = lowest();
    }

    private void advance(int kind) {
        laneAt[kind] = order.before(laneAt[kind]);
        distances[kind]--;
        setWorth(kind);
    }

    private void setWorth(int kind) {
        worth[kind] = classSizes[kind] == 0 || order.isEnd(laneAt[kind])
                ? Double.POSITIVE_INFINITY
                : odds.of(kind) / distances[kind];
    }

    private int lowest() {
        int best = 0;
        for (int kind = 1; kind < CLASSES; kind++) {
            best = worth[kind] < worth[best] ? kind : best;
        }
        return best;
    }

    @Override
    void touch(int slot) {
        enterGroup(slot, uses[slot] + 1);
    }

    @Override
    void admit(int slot, int miss) {
        laneOf[slot] = lane;
        enterGroup(slot, 1);
    }

    @Override
    void forget(int slot) {
        leaveGroup(slot);
        if (laneSizes[laneOf[slot]] == 0) {
            order.leave(laneOf[slot]);
            walk -= batchSizes[laneOf[slot]];
            batchSizes[laneOf[slot]] = 0;
        }
    }

    private void enterGroup(int slot, int count) {
        usedAt[slot] = visits[lane];
        uses[slot] = count;
        int kind = kind(0, magnitude(count));
        int group = group(lane, kind);
        groups.addNewest(group, slot);
        groupSizes[group]++;
        classSizes[kind]++;
        laneSizes[lane]++;
    }

    private void leaveGroup(int slot) {
        int of = laneOf[slot];
        int kind = kind(Math.min(visits[of] - usedAt[slot], AGES - 1), magnitude(uses[slot]));
        int group = group(of, kind);
        groups.remove(slot);
        groupSizes[group]--;
        classSizes[kind]--;
        laneSizes[of]--;
    }

    private static int kind(int age, int magnitude) {
        return age * COUNTS + magnitude;
    }

    private static int magnitude(int count) {
        return Math.min(COUNTS - 1, Integer.SIZE - 1 - Integer.numberOfLeadingZeros(count));
    }

    /** The list of a class in a lane: ages are a ring that turns with the visits. */
    private int group(int of, int kind) {
        int age = kind / COUNTS;
        int born = Math.floorMod(visits[of] - age, AGES);
        return of * CLASSES + born * COUNTS + kind % COUNTS;
    }
}
