package dev.tarn.engine.reserve;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.AttentionState;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.kv.EntryMemory;
import dev.tarn.engine.kv.EntryPlaces;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.KvShape;
import dev.tarn.engine.kv.SlowTier;
import dev.tarn.policy.EvictionPolicy;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one layer of one sequence reads in one step. While it attends, wave by wave and group by group, nothing enters or leaves the slots:
 * hits are read where they lie, misses are fetched into a staging memory beside the slots. What was read by all of them is then counted and
 * served as one batch, and what the policy admits is copied from the staging memory into its slot; last comes the step's own entry. So the
 * staging memory grows to the largest selection of a layer, and a selection larger than the reservation streams through it.
 *
 * <p>One object serves many batches, one after the other; it allocates only when a selection is larger than all before. A second one lets
 * what the next sequence selected arrive meanwhile.
 */
final class LayerBatch implements EntryPlaces {
    /** The longest run, so that attention to its first entries can begin before its last have arrived. */
    private static final int LONGEST_RUN = KvCache.BLOCK;
    /** The place of the step's own entry in the staging memory. */
    private static final int OWN = 0;

    private static final long HERE = -1;

    private final KvShape shape;
    private final long entryBytes;
    private final Pools pools;
    private final EntryMemory slots;
    private final EntryMemory staging;
    private final int stagingBase;
    private final Fetcher fetcher;
    private final ReserveListener listener;
    private final long[] stalls;
    private final long[] begins;
    private MemorySegment[] pages = new MemorySegment[0];

    /** By position: the number of the batch that staged it in the high half, its place in the staging memory in the low. */
    private final long[] stagedAt;
    /** By position, one bit: whether a group of this batch selected it. */
    private final long[] selected;

    private final float[] scores;
    private final int[] ids;
    private final float[] batchScores;
    private final int[] missing;
    private long number;
    private int staged;
    private int[] places = new int[0];
    /** Beside {@link #places}: the run that brings the entry, or {@link #HERE}. */
    private long[] runs = new long[0];

    private long[] runOfStaged = new long[0];
    /** By place in the staging memory: whether its entry came ahead and was not asked for yet. */
    private boolean[] ahead = new boolean[0];

    private SlowTier tier;
    private EvictionPolicy policy;
    private LayerCounters counters;
    private int layer;
    private int lane;
    private int base;
    private int firstSlot;
    private int position;
    private int sequence;
    private boolean opened;
    private long stalled;
    private long busyBefore;

    @SuppressWarnings("NullAway.Init") // begin comes first
    LayerBatch(
            KvShape shape,
            Pools pools,
            EntryMemory slots,
            int context,
            Fetcher fetcher,
            ReserveListener listener,
            int workers) {
        this.shape = shape;
        this.entryBytes = shape.entryBytes();
        this.pools = pools;
        this.slots = slots;
        this.staging = new EntryMemory(entryBytes, 1);
        this.stagingBase = slots.capacity();
        this.fetcher = fetcher;
        this.listener = listener;
        this.stalls = new long[workers];
        this.begins = new long[workers];
        this.stagedAt = new long[context];
        this.selected = new long[Math.ceilDiv(context, Long.SIZE)];
        this.scores = new float[pools.needsScores() ? context : 0];
        this.ids = new int[context];
        this.batchScores = new float[scores.length];
        this.missing = new int[context];
        mapPages();
    }

    private void mapPages() {
        pages = new MemorySegment[(stagingBase + staging.capacity()) / KvCache.BLOCK];
        slots.copyPages(pages, 0);
        staging.copyPages(pages, stagingBase / KvCache.BLOCK);
        runOfStaged = Arrays.copyOf(runOfStaged, staging.capacity());
        ahead = Arrays.copyOf(ahead, staging.capacity());
    }

    /**
     * Opens the batch of a layer before the layer asks for anything.
     *
     * @param selectingLayer the layer's number among those that select
     * @param t the position of the step's own token
     */
    void open(SlowTier from, int modelLayer, int selectingLayer, int of, int t, LayerCounters counted) {
        fetcher.cancel();
        tier = from;
        layer = modelLayer;
        sequence = of;
        policy = pools.policy(selectingLayer, of);
        lane = pools.lane(selectingLayer, of);
        base = pools.base(selectingLayer, of);
        firstSlot = pools.firstSlot(selectingLayer, of);
        position = t;
        counters = counted;
        number++;
        staged = OWN + 1;
        stalled = 0;
        busyBefore = fetcher.busyNanos();
        fetcher.begin(tier, sequence, layer, staging.segment());
        opened = true;
    }

    /** Whether it is opened for somebody who has not begun. */
    boolean isOpen() {
        return opened;
    }

    /** Whether it is opened for a layer of a sequence's step. */
    boolean isOpenFor(int modelLayer, int of, int t) {
        return opened && layer == modelLayer && sequence == of && position == t;
    }

    /** Begins the batch of a layer: goes on with what was opened for it, or opens it. */
    void begin(SlowTier from, int modelLayer, int selectingLayer, int of, int t, LayerCounters counted) {
        if (!isOpenFor(modelLayer, of, t)) {
            open(from, modelLayer, selectingLayer, of, t, counted);
        }
        opened = false;
        Arrays.fill(selected, 0, t / Long.SIZE + 1, 0);
        tier.read(layer, t, 1, staging.segment(), OWN);
    }

    /** Forgets what was opened and fetched ahead. */
    void discard() {
        fetcher.cancel();
        opened = false;
    }

    /** Fetches the entries at positions that are neither resident nor fetched, without waiting for them. */
    void expect(int[] positions, int count) {
        int absent = 0;
        for (int i = 0; i < count; i++) {
            if (place(positions[i]) < 0) {
                missing[absent++] = positions[i];
            }
        }
        fetchAhead(absent);
    }

    /** The same for the positions whose bits are set; only those before the step's own. */
    void expect(long[] bitsByPosition) {
        int absent = 0;
        for (int word = 0; word <= position / Long.SIZE; word++) {
            for (long bits = bitsByPosition[word]; bits != 0; bits &= bits - 1) {
                int s = word * Long.SIZE + Long.numberOfTrailingZeros(bits);
                if (s < position && place(s) < 0) {
                    missing[absent++] = s;
                }
            }
        }
        fetchAhead(absent);
    }

    private void fetchAhead(int absent) {
        if (absent == 0) {
            return;
        }
        int from = staged;
        counters.reads += stage(absent);
        counters.batches++;
        Arrays.fill(ahead, from, staged, true);
        counters.prefetched += staged - from;
        fetcher.publish(true);
    }

    /** Adds the entries at positions to the attention state of one query, fetching those that are neither resident nor fetched yet. */
    void attend(
            Backend backend,
            AttentionShape heads,
            Tensor queries,
            int row,
            int fromKvHead,
            int toKvHead,
            int[] positions,
            int count,
            AttentionState state,
            float @Nullable [] told) {
        Arrays.fill(stalls, 0);
        int reads = locate(positions, count);
        fetcher.publish(false);
        boolean whole = false;
        try {
            backend.attendPlaced(heads, this, queries, row, fromKvHead, toKvHead, places, count, state, told);
            whole = true;
        } finally {
            if (!whole) {
                fetcher.cancel();
            }
        }
        counters.reads += reads;
        counters.batches += reads > 0 ? 1 : 0;
        long stall = 0;
        for (long of : stalls) {
            stall = Math.max(stall, of);
        }
        stalled += stall;
    }

    /** Ends fetching: entries that were expected and not asked for need not come. */
    private void settle() {
        long start = System.nanoTime();
        fetcher.cancel();
        long busy = fetcher.busyNanos() - busyBefore;
        long wait = Math.min(busy, stalled + System.nanoTime() - start);
        counters.fetchNanos += busy;
        counters.waitNanos += wait;
        counters.hiddenNanos += busy - wait;
    }

    /** Finds the place of every entry and adds runs for those that have none; returns how many runs. */
    private int locate(int[] positions, int count) {
        if (places.length < count) {
            places = new int[Math.max(count, 2 * places.length)];
            runs = new long[places.length];
        }
        int absent = 0;
        for (int i = 0; i < count; i++) {
            int place = place(positions[i]);
            places[i] = place;
            runs[i] = HERE;
            if (place < 0) {
                missing[absent++] = positions[i];
            } else if (place > stagingBase) {
                int at = place - stagingBase;
                runs[i] = runOfStaged[at];
                counters.useful += ahead[at] ? 1 : 0;
                ahead[at] = false;
            }
        }
        if (absent == 0) {
            return 0;
        }
        int reads = stage(absent);
        for (int i = 0; i < count; i++) {
            if (places[i] < 0) {
                int at = stagedPlace(positions[i]);
                places[i] = stagingBase + at;
                runs[i] = runOfStaged[at];
            }
        }
        return reads;
    }

    /** Where an entry is: in its slot, or staged before; -1 if nowhere. */
    private int place(int s) {
        if (s == position) {
            return stagingBase + OWN;
        }
        int slot = policy.slot(base + s);
        if (slot >= 0) {
            return firstSlot + slot;
        }
        int at = stagedPlace(s);
        return at < 0 ? -1 : stagingBase + at;
    }

    /** The place of an entry in the staging memory; -1 if it is not there. */
    private int stagedPlace(int s) {
        long at = stagedAt[s];
        return at >>> Integer.SIZE == number ? (int) at : -1;
    }

    /** Gives places to the missing entries, whole units in the order of their positions, and adds runs of neighbours. */
    private int stage(int absent) {
        for (int i = 1; i < absent; i++) {
            if (missing[i] < missing[i - 1]) {
                Arrays.sort(missing, 0, absent);
                break;
            }
        }
        int unit = pools.unit();
        if (staged + absent * (long) unit > staging.capacity()) {
            fetcher.drain();
            staging.grow(Math.toIntExact(Math.min(staged + absent * (long) unit, (long) stagedAt.length + unit)));
            mapPages();
            fetcher.moveTo(staging.segment());
        }
        int reads = 0;
        int from = missing[0] / unit * unit;
        int end = from;
        for (int i = 0; i < absent; i++) {
            if (missing[i] < end) {
                continue;
            }
            int next = missing[i] / unit * unit;
            if (next != end || end - from >= LONGEST_RUN) {
                reads += addRun(from, end);
                from = next;
            }
            end = Math.min(position, next + unit);
        }
        return reads + addRun(from, end);
    }

    private int addRun(int from, int end) {
        if (from == end) {
            return 0;
        }
        long run = fetcher.add(from, end - from, staged);
        for (int s = from; s < end; s++) {
            runOfStaged[staged] = run;
            ahead[staged] = false;
            stagedAt[s] = number << Integer.SIZE | staged++;
        }
        counters.fetched += end - from;
        return 1;
    }

    /**
     * Adds what one group selected to the batch.
     *
     * @param unit positions that share a score
     * @param given scores by unit, or null where no ranking ran
     */
    void select(int[] positions, int count, int unit, float @Nullable [] given) {
        for (int i = 0; i < count; i++) {
            int s = positions[i];
            if (scores.length > 0) {
                float score = given == null ? 0 : given[s / unit];
                boolean before = (selected[s / Long.SIZE] >>> s & 1) != 0;
                scores[s] = before ? Math.max(scores[s], score) : score;
            }
            selected[s / Long.SIZE] |= 1L << s;
        }
    }

    /** Counts and serves the batch, then brings in the step's own entry. */
    void end() {
        settle();
        selected[position / Long.SIZE] &= ~(1L << position);
        int count = 0;
        int units = 0;
        int last = -1;
        for (int word = 0; word <= position / Long.SIZE; word++) {
            for (long bits = selected[word]; bits != 0; bits &= bits - 1) {
                int s = word * Long.SIZE + Long.numberOfTrailingZeros(bits);
                if (scores.length > 0) {
                    batchScores[count] = scores[s];
                }
                ids[count++] = base + s;
                units += s / pools.unit() != last ? 1 : 0;
                last = s / pools.unit();
            }
        }
        int hits =
                scores.length > 0 ? policy.serve(lane, ids, batchScores, 0, count) : policy.serve(lane, ids, 0, count);
        counters.hits += hits;
        counters.misses += units - hits;
        policy.insert(lane, base + position);
        int slot = policy.slot(base + position);
        if (slot >= 0) {
            copy(OWN, slot);
        }
    }

    /** Brings what the policy admitted to its slot: a unit, of which positions up to the step's own exist. */
    void admitted(int id, int slot) {
        for (int i = 0; i < pools.unit(); i++) {
            int s = id - base + i;
            if (s >= position) {
                return;
            }
            int at = stagedPlace(s);
            if (at >= 0) {
                copy(at, slot + i);
            } else {
                tier.read(layer, s, 1, slots.segment(), (firstSlot + slot + i) * entryBytes);
                counters.fetched++;
            }
        }
    }

    private void copy(int from, int slot) {
        MemorySegment.copy(
                staging.segment(), from * entryBytes, slots.segment(), (firstSlot + slot) * entryBytes, entryBytes);
    }

    @Override
    public KvShape shape() {
        return shape;
    }

    @Override
    public MemorySegment[] pages() {
        return pages;
    }

    @Override
    public boolean isHere(int from, int to) {
        for (int i = from; i < to; i++) {
            if (runs[i] != HERE && !fetcher.isDone(runs[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void await(int from, int to, int worker) {
        long start = System.nanoTime();
        boolean waited = false;
        for (int i = from; i < to; i++) {
            if (runs[i] != HERE && !fetcher.isDone(runs[i])) {
                fetcher.await(runs[i]);
                waited = true;
            }
        }
        long end = waited ? System.nanoTime() : start;
        if (waited) {
            stalls[worker] += end - start;
            listener.waited(sequence, layer, start, end);
        }
        fetcher.check();
        begins[worker] = end;
    }

    @Override
    public void attended(int from, int to, int worker) {
        listener.attended(sequence, layer, to - from, begins[worker], System.nanoTime());
    }

    /** What the batch that ended last selected of the positions before its own, a bit for each. */
    long[] selected() {
        return selected;
    }

    /** Bytes of the staging memory. */
    long stagingBytes() {
        return staging.bytes();
    }

    void close() {
        staging.close();
    }
}
