package dev.tarn.engine.reserve;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.kv.EntryMemory;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.KvShape;
import dev.tarn.engine.kv.SlowTier;
import dev.tarn.policy.ResidencyListener;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Fast memory of a fixed number of slots for the entries that decode steps read, for all sequences of a model. Empty at first: prefill
 * does not fill it. Placement never changes results. One thread decodes at a time.
 */
public final class Reservation implements AutoCloseable {
    private final ReserveOptions options;
    private final KvShape shape;
    /** By layer: its place among the layers that select, or -1 where a layer keeps to its window. */
    private final int[] places;

    /** The layers that select. */
    private final int[] selecting;

    private final Pools pools;
    private final EntryMemory slots;
    /** The batch at hand, and one that is opened ahead for the sequence whose turn is next. */
    private final LayerBatch[] batches = new LayerBatch[2];

    private final Fetcher[] fetchers = new Fetcher[batches.length];
    private final LayerCounters[] counters;
    private final BitSet taken = new BitSet();
    private final UnaryOperator<SlowTier> tiers;
    private final int context;
    /** Among the selecting layers, the one being served. */
    private int serving;

    private LayerBatch batch;
    private LayerBatch openedLast;

    /**
     * An empty reservation.
     *
     * @param slides by layer: whether it keeps to a sliding window, where nothing is selected
     * @param context positions of a sequence at most
     * @param workers threads that attend
     */
    public Reservation(ReserveOptions options, KvShape shape, boolean[] slides, int context, int workers) {
        this(options, shape, slides, context, workers, ReserveListener.NONE, UnaryOperator.identity());
    }

    /**
     * The same with somebody who listens.
     *
     * @param tiers what to read through instead of a sequence's own slow tier
     */
    public Reservation(
            ReserveOptions options,
            KvShape shape,
            boolean[] slides,
            int context,
            int workers,
            ReserveListener listener,
            UnaryOperator<SlowTier> tiers) {
        this.options = options;
        this.shape = shape;
        this.tiers = tiers;
        this.context = context;
        this.places = new int[slides.length];
        this.selecting = IntStream.range(0, slides.length)
                .filter(layer -> !slides[layer])
                .toArray();
        Arrays.fill(places, -1);
        for (int place = 0; place < selecting.length; place++) {
            places[selecting[place]] = place;
        }
        if (selecting.length == 0) {
            throw new EngineException("every layer of this model keeps to its window and selects nothing;"
                    + " leave the reservation out");
        }
        this.counters = new LayerCounters[slides.length];
        for (int layer = 0; layer < slides.length; layer++) {
            counters[layer] = new LayerCounters();
        }
        this.pools = new Pools(options, selecting.length, context, new Placement());
        this.slots = new EntryMemory(shape.entryBytes(), pools.slots());
        for (int i = 0; i < batches.length; i++) {
            fetchers[i] = new Fetcher(shape.entryBytes(), listener, i);
            batches[i] = new LayerBatch(shape, pools, slots, context, fetchers[i], listener, workers);
        }
        this.batch = batches[0];
        this.openedLast = batch;
    }

    /** Lets the batch at hand bring in what is admitted, and counts evictions for the layer that loses an entry. */
    private final class Placement implements ResidencyListener {
        @Override
        public void evicted(int id, int slot) {
            counters[selecting[pools.layerOf(id, serving)]].evictions++;
        }

        @Override
        public void admitted(int id, int slot) {
            batch.admitted(id, slot);
        }
    }

    /** How it was made. */
    public ReserveOptions options() {
        return options;
    }

    /** How entries are stored. */
    public KvShape shape() {
        return shape;
    }

    /** Whether a layer reads by it. */
    public boolean serves(int layer) {
        return places[layer] >= 0;
    }

    /** What it did for a layer so far. */
    public LayerCounters counters(int layer) {
        return counters[layer];
    }

    /** What it did for all layers so far. */
    public LayerCounters total() {
        LayerCounters total = new LayerCounters();
        for (LayerCounters of : counters) {
            total.add(of);
        }
        return total;
    }

    /** Bytes of the memory beside the slots, in which a selection's misses arrive: it grows to the largest. */
    public long stagingBytes() {
        return Arrays.stream(batches).mapToLong(LayerBatch::stagingBytes).sum();
    }

    /**
     * Lets a sequence decode with it.
     *
     * @throws EngineException where as many sequences as it was made for already do
     */
    public ReservedSequence join(KvCache cache) {
        int sequence = taken.nextClearBit(0);
        if (sequence >= options.sequences()) {
            throw new EngineException("the reservation serves " + options.sequences()
                    + " sequences at a time, and another one began to decode; reserve for more");
        }
        taken.set(sequence);
        return new ReservedSequence(this, tiers.apply(cache.slowTier()), sequence);
    }

    LayerBatch begin(SlowTier tier, int sequence, int layer, int position) {
        serving = places[layer];
        batch = batchFor(sequence, layer, position);
        batch.begin(tier, layer, serving, sequence, position, counters[layer]);
        return batch;
    }

    /** Fetches what a layer of a sequence is known to read at its next turn; between the turns of others. */
    void fetchSelected(SlowTier tier, int sequence, int layer, int position, long[] bitsByPosition) {
        LayerBatch ahead = batchFor(sequence, layer, position);
        if (!ahead.isOpenFor(layer, sequence, position)) {
            ahead.open(tier, layer, places[layer], sequence, position, counters[layer]);
            openedLast = ahead;
        }
        ahead.expect(bitsByPosition);
    }

    /** The batch that is opened for a layer of a sequence's step, else one that is free, else the one that was opened first. */
    private LayerBatch batchFor(int sequence, int layer, int position) {
        LayerBatch chosen = batches[0] == openedLast ? batches[1] : batches[0];
        for (LayerBatch of : batches) {
            if (of.isOpenFor(layer, sequence, position)) {
                return of;
            }
            chosen = of.isOpen() ? chosen : of;
        }
        return chosen;
    }

    Predictor predictor() {
        return new Predictor(options.prefetch(), selecting.length, context);
    }

    /**
     * Notes what the layer that ended last selected, and fetches what the next one is guessed to.
     *
     * @param alone whether the next layer served is the same sequence's
     */
    void fetchAhead(Predictor predictor, SlowTier tier, int sequence, int layer, int position, boolean alone) {
        if (options.prefetch() == Prefetch.NONE || tier.readers() == 0) {
            return;
        }
        predictor.note(places[layer], batch.selected(), position);
        int next = (places[layer] + 1) % selecting.length;
        int t = next == 0 ? position + 1 : position;
        if (alone && t < context) {
            batch.open(tier, selecting[next], next, sequence, t, counters[selecting[next]]);
            batch.expect(predictor.guess(next, t));
        }
    }

    /** Takes out positions from .. to-1 of a sequence in all layers, and what is remembered of them. */
    void forget(int sequence, int from, int to) {
        for (LayerBatch of : batches) {
            of.discard();
        }
        int first = from / pools.unit() * pools.unit();
        for (int layer : selecting) {
            LayerCounters of = counters[layer];
            long evictions = of.evictions;
            serving = places[layer];
            int base = pools.base(serving, sequence);
            for (int s = first; s < to; s++) {
                pools.policy(serving, sequence).remove(pools.lane(serving, sequence), base + s);
            }
            of.evictions = evictions; // they made no room for others
        }
    }

    void leave(int sequence, int used) {
        forget(sequence, 0, used);
        taken.clear(sequence);
    }

    @Override
    public void close() {
        for (int i = 0; i < batches.length; i++) {
            fetchers[i].close();
            batches[i].close();
        }
        slots.close();
    }
}
