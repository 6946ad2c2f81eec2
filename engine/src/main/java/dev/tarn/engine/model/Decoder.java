package dev.tarn.engine.model;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.attention.Attention;
import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.AttentionSpecs;
import dev.tarn.engine.attention.LayerScope;
import dev.tarn.engine.attention.LightningIndexer;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.attention.TieOrder;
import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.KvShape;
import dev.tarn.engine.kv.KvTypes;
import dev.tarn.engine.kv.PagePool;
import dev.tarn.engine.kv.ScratchFolder;
import dev.tarn.engine.kv.SlowTier;
import dev.tarn.engine.model.architecture.Architecture;
import dev.tarn.engine.model.architecture.AttentionProjection;
import dev.tarn.engine.model.architecture.IndexerDescription;
import dev.tarn.engine.model.architecture.LayerDescription;
import dev.tarn.engine.prefix.PrefixCache;
import dev.tarn.engine.prefix.PrefixOptions;
import dev.tarn.engine.reserve.Reservation;
import dev.tarn.engine.reserve.ReserveListener;
import dev.tarn.engine.reserve.ReserveOptions;
import dev.tarn.engine.reserve.ReservedSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs tokens through a model, layer by layer, as its {@link Architecture} describes it: norm, project to queries and entries,
 * attend, project back, MLP. Holds the activations of one forward pass and the pages of all its sequences. One thread at a time.
 */
public final class Decoder implements AutoCloseable {
    /** Tokens that go through the layers together in prefill. */
    public static final int BATCH = 256;

    private final Architecture architecture;
    private final Backend backend;
    private final KvTypes kvTypes;
    private final PagePool pages = new PagePool();
    private final DecoderWeights weights;
    private final List<LayerScope> scopes;
    private final @Nullable LightningIndexer indexer;
    private final FeedForwardBlock feedForward;
    private final ForwardPass pass;
    /** Of the sequences that decode together, made as they are needed. */
    private final List<ForwardPass> rows = new ArrayList<>();

    /** Those of them that nothing has ended. */
    private final List<ForwardPass> alive = new ArrayList<>();

    private final SharedRows shared;
    /** Whether the step taken last left its logits to {@link #shared}. */
    private boolean sharedLogits;

    private Tensor logits;
    private @Nullable ScratchFolder scratch;
    private @Nullable Reservation reservation;
    private @Nullable PrefixCache prefixes;

    /**
     * Binds a model's weights to a backend, which stays the caller's.
     *
     * @param indexer where a lightning indexer comes from, or null; native DSA checkpoints bring their own
     * @throws EngineException where a weight is missing or of another shape
     */
    public Decoder(ModelFile model, Backend backend, @Nullable IndexerSource indexer) {
        this(model, backend, indexer, backend.precision().kvTypes());
    }

    /**
     * The same with caches that store entries and index keys as {@code kvTypes} say.
     *
     * @throws EngineException where a weight is missing or of another shape
     */
    public Decoder(ModelFile model, Backend backend, @Nullable IndexerSource indexer, KvTypes kvTypes) {
        this.architecture = model.architecture();
        this.backend = backend;
        this.kvTypes = kvTypes;
        Architecture a = architecture;
        TensorNames names = model.tensorNames();
        WeightLoader loader = new WeightLoader(model.tensors(), backend);
        LayerLoader layerLoader = new LayerLoader(loader, names, a);
        this.scopes = scopes(a, indexer);
        this.weights = DecoderWeights.load(a, names, loader, layerLoader, scopes);
        this.indexer = bind(indexer, layerLoader);
        this.feedForward = new FeedForwardBlock(backend, a, BATCH);
        this.pass = new ForwardPass(backend, weights, this.indexer, feedForward, BATCH);
        this.shared = new SharedRows(backend, weights, feedForward);
        this.logits = backend.allocate(1, a.vocabulary());
    }

    private static List<LayerScope> scopes(Architecture a, @Nullable IndexerSource indexer) {
        List<LayerScope> scopes = new ArrayList<>();
        for (LayerDescription layer : a.stack()) {
            boolean sharing = indexer != null && !indexer.ranks(scopes.size());
            scopes.add(new LayerScope(layer.window(), layer.sharesSelection() || sharing));
        }
        return scopes;
    }

    private @Nullable LightningIndexer bind(@Nullable IndexerSource source, LayerLoader loader) {
        IndexerDescription own = architecture.indexer();
        if (own == null) {
            return source == null ? null : source.bind(architecture, backend, BATCH);
        }
        if (source != null) {
            throw new EngineException(
                    source.origin() + ": the model was trained with an indexer of its own; leave this one out");
        }
        return NativeIndexer.bind(architecture, own, loader, backend, BATCH);
    }

    /** The model's architecture. */
    public Architecture architecture() {
        return architecture;
    }

    /** The backend that the weights are bound to. */
    public Backend backend() {
        return backend;
    }

    /** Whether the checkpoint was trained with sparse attention: it then attends sparsely at every position, always. */
    public boolean isNativelySparse() {
        return architecture.indexer() != null;
    }

    /** Whether a layer scores candidates with an indexer of its own. */
    public boolean runsIndexer(int layer) {
        return indexer != null
                && !scopes.get(layer).isSliding()
                && !scopes.get(layer).sharesSelection();
    }

    /** How the model attends where nobody says otherwise: by its own indexer and budget if it has one, else densely. */
    public AttentionSpec defaultAttention() {
        IndexerDescription own = architecture.indexer();
        return own == null ? AttentionSpec.DENSE : AttentionSpecs.parse("dsa:k=" + own.k());
    }

    /** What one token leaves in a cache of this model. */
    public KvShape kvShape() {
        AttentionShape heads = architecture.attention();
        int indexDim = indexer == null ? 0 : indexer.shape().dim();
        boolean latent = architecture.projection() instanceof AttentionProjection.Latent;
        return new KvShape(
                architecture.layers(), heads.kvHeads(), heads.keyDim(), heads.valueDim(), latent, indexDim, kvTypes);
    }

    /** An empty cache; index keys are kept in it if the model has an indexer. */
    public KvCache newCache() {
        ScratchFolder folder = scratch;
        return folder == null ? new KvCache(kvShape(), pages) : new KvCache(kvShape(), pages, folder, slides());
    }

    /** By layer: whether it keeps to a sliding window. */
    private boolean[] slides() {
        boolean[] slides = new boolean[scopes.size()];
        for (int layer = 0; layer < slides.length; layer++) {
            slides[layer] = scopes.get(layer).isSliding();
        }
        return slides;
    }

    /** Layers that select entries: those that see every position. */
    public int selectingLayers() {
        int count = 0;
        for (LayerScope scope : scopes) {
            count += scope.isSliding() ? 0 : 1;
        }
        return count;
    }

    /** Lets caches that are made from here on keep the entries of layers that select in files of a folder. */
    public void keepEntriesIn(ScratchFolder folder) {
        scratch = folder;
    }

    /**
     * Lets sequences that are made from here on decode with a reservation, which is the decoder's from then on.
     *
     * @param listener is told of reading and attending
     * @param tiers what to read through instead of a sequence's own slow tier
     * @throws EngineException where the model or the context does not fit it
     */
    public void reserve(ReserveOptions options, ReserveListener listener, UnaryOperator<SlowTier> tiers) {
        Reservation old = reservation;
        if (old != null) {
            old.close();
        }
        reservation = null;
        reservation = new Reservation(
                options, kvShape(), slides(), architecture.contextLength(), backend.workers(), listener, tiers);
    }

    /** The reservation that sequences decode with, or null. */
    public @Nullable Reservation reservation() {
        return reservation;
    }

    /**
     * Lets sequences share what the beginnings of their prompts leave, from here on.
     *
     * @throws EngineException where the folder cannot be used
     */
    public void keepPrefixes(PrefixOptions options) {
        closePrefixes();
        prefixes = new PrefixCache(options, kvShape(), pages, BATCH);
    }

    /** Where beginnings of prompts are kept, or null. */
    public @Nullable PrefixCache prefixes() {
        return prefixes;
    }

    private void closePrefixes() {
        PrefixCache old = prefixes;
        prefixes = null;
        if (old != null) {
            old.close();
        }
    }

    /** Bytes of memory that all caches of this model have taken from the system so far. */
    public long cacheBytes() {
        return pages.allocatedBytes();
    }

    /**
     * Attention by a spec over this model's caches; sliding-window layers keep to their window (see {@link LayerScope}).
     *
     * @throws EngineException where the spec does not fit the model
     */
    public Attention attention(AttentionSpec spec, SelectionListener listener) {
        return attention(spec, TieOrder.LOWER, listener);
    }

    /** The same with another choice among equal scores. */
    public Attention attention(AttentionSpec spec, TieOrder ties, SelectionListener listener) {
        if (spec.needsSummaries() && architecture.projection() instanceof AttentionProjection.Latent) {
            throw new EngineException(
                    "attention '" + spec + "' summarises the keys of each head, but this model caches one latent"
                            + " for all heads; use a token ranking");
        }
        return new Attention(backend, architecture.attention(), scopes, spec, ties, indexer, listener);
    }

    /**
     * Runs up to {@link #BATCH} tokens of one sequence, at the positions after those that the cache holds, and appends their
     * entries. Their final hidden states are then ready for {@link #logits}.
     *
     * @param tokens token ids, of which {@code rows} from {@code from} on are run; the caller has checked that all are below
     *     the vocabulary's size
     * @param sparseFrom positions below it attend densely whatever the attention's spec, except in a natively sparse model
     */
    public void forward(KvCache cache, int[] tokens, int from, int rows, Attention attention, int sparseFrom) {
        forward(cache, tokens, from, rows, attention, sparseFrom, null);
    }

    /**
     * Runs one token of a sequence as a decode step.
     *
     * @param reserved what it reads entries through, or null
     */
    public void decode(KvCache cache, int[] token, Attention attention, @Nullable ReservedSequence reserved) {
        forward(cache, token, 0, 1, attention, 0, reserved);
    }

    private void forward(
            KvCache cache,
            int[] tokens,
            int from,
            int rows,
            Attention attention,
            int sparseFrom,
            @Nullable ReservedSequence reserved) {
        pass.begin(cache, tokens, from, rows, attention, isNativelySparse() ? 0 : sparseFrom, reserved);
        for (int layer = 0; layer < architecture.layers(); layer++) {
            pass.project(layer);
            pass.attend();
            pass.feedForward();
        }
        pass.end();
    }

    /**
     * Runs one token of each of several sequences as a decode step, layer by layer. In memory their MLPs share the weights that are read.
     * With a reservation they take turns: while one attends, what the next one selected is fetched, into the next layer too. Each leaves
     * what it would have left alone, to the bit.
     *
     * @param steps of different sequences, each with an {@link Attention} of its own; told how theirs ended
     * @throws IllegalArgumentException where two of them share a cache or an attention
     */
    public void decode(List<DecodeStep> steps) {
        requireApart(steps);
        while (rows.size() < steps.size()) {
            rows.add(new ForwardPass(backend, weights, indexer, feedForward, 1));
        }
        for (int i = 0; i < steps.size(); i++) {
            steps.get(i).begin(rows.get(i));
        }
        sharedLogits = steps.size() > 1;
        if (reservation == null && steps.size() > 1) {
            together(steps);
        } else {
            inTurn(steps);
        }
        steps.forEach(DecodeStep::end);
        shared.ended(alive(steps));
    }

    private List<ForwardPass> alive(List<DecodeStep> steps) {
        alive.clear();
        for (DecodeStep step : steps) {
            if (step.isAlive()) {
                alive.add(step.pass());
            }
        }
        return alive;
    }

    private void together(List<DecodeStep> steps) {
        for (int layer = 0; layer < architecture.layers(); layer++) {
            for (DecodeStep step : steps) {
                step.project(layer, false);
                step.attend(false);
            }
            shared.feedForward(layer, alive(steps));
        }
    }

    private void inTurn(List<DecodeStep> steps) {
        int turns = architecture.layers() * steps.size();
        for (int turn = 0; turn < turns; turn++) {
            DecodeStep step = steps.get(turn % steps.size());
            if (turn == 0 || steps.size() == 1) {
                step.project(turn / steps.size(), steps.size() > 1);
            }
            if (turn + 1 < turns && steps.size() > 1) {
                steps.get((turn + 1) % steps.size()).project((turn + 1) / steps.size(), true);
            }
            step.attend(true);
        }
    }

    @SuppressWarnings("ReferenceEquality") // what matters is whether they are one object
    private static void requireApart(List<DecodeStep> steps) {
        for (int i = 0; i < steps.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (steps.get(i).cache() == steps.get(j).cache()
                        || steps.get(i).attention() == steps.get(j).attention()) {
                    throw new IllegalArgumentException("steps " + j + " and " + i + " share a cache or an attention");
                }
            }
        }
    }

    /**
     * Logits of rows of the last forward pass; row i of the result belongs to row firstRow + i. Valid until the next call.
     */
    public Tensor logits(int firstRow, int rows) {
        return logits(pass, firstRow, rows);
    }

    /** Copies the logits of the token that a step ran last to {@code out}. */
    void readLogits(ForwardPass of, float[] out) {
        if (sharedLogits) {
            shared.readLogits(of, out);
        } else {
            logits(of, 0, 1).read(0, 0, out.length, out, 0);
        }
    }

    private Tensor logits(ForwardPass of, int firstRow, int rows) {
        if (logits.rows() < rows) {
            logits = backend.allocate(rows, architecture.vocabulary());
        }
        backend.matmul(weights.output(), of.hidden(), firstRow, rows, logits);
        float cap = architecture.embedding().logitSoftcap();
        if (cap != 0) {
            backend.softcap(logits, rows, cap);
        }
        return logits;
    }

    /** Frees the pages of all caches, and the reservation; returns when prefixes are saved. */
    @Override
    public void close() {
        closePrefixes();
        Reservation reserved = reservation;
        if (reserved != null) {
            reserved.close();
        }
        pages.close();
    }
}
