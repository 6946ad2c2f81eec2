package dev.tarn.engine.model;

import dev.tarn.engine.attention.Attention;
import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.LayerInput;
import dev.tarn.engine.attention.LightningIndexer;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.compute.Weight;
import dev.tarn.engine.format.TensorFile;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.KvShape;
import dev.tarn.engine.kv.PagePool;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs tokens through a model, layer by layer: norm, project, rotate, store, attend, project back, gated MLP. Holds the
 * activations of one forward pass and the pages of all its sequences. One thread at a time.
 */
public final class Decoder implements AutoCloseable {
    /** Tokens that go through the layers together in prefill. */
    public static final int BATCH = 256;

    private final Architecture architecture;
    private final Backend backend;
    private final PagePool pages = new PagePool();
    private final Weight embedding;
    private final Weight outputNorm;
    private final Weight output;
    private final List<LayerWeights> layers = new ArrayList<>();
    private final @Nullable LightningIndexer indexer;
    private final Tensor x;
    private final Tensor h;
    private final Tensor q;
    private final Tensor k;
    private final Tensor v;
    private final Tensor attended;
    private final Tensor gate;
    private final Tensor up;
    private Tensor logits;

    /**
     * Binds a model's weights to a backend, which stays the caller's.
     *
     * @param indexer the trained indexer, or null
     * @throws dev.tarn.engine.EngineException where a weight is missing or of another shape
     */
    public Decoder(ModelFile model, Backend backend, @Nullable IndexerFile indexer) {
        this.architecture = model.architecture();
        this.backend = backend;
        TensorFile file = model.tensors();
        TensorNames names = model.tensorNames();
        WeightLoader loader = new WeightLoader(file, backend);
        Architecture a = architecture;
        embedding = loader.matrix(names.embedding, a.vocabulary(), a.hidden());
        outputNorm = loader.vector(names.outputNorm, a.hidden());
        output = file.find(names.output) == null ? embedding : loader.matrix(names.output, a.vocabulary(), a.hidden());
        for (int layer = 0; layer < a.layers(); layer++) {
            layers.add(loader.layer(names, a, layer));
        }
        this.indexer = indexer == null ? null : indexer.bind(a, backend, BATCH);
        AttentionShape heads = a.attention();
        x = backend.allocate(BATCH, a.hidden());
        h = backend.allocate(BATCH, a.hidden());
        q = backend.allocate(BATCH, heads.heads() * heads.keyDim());
        k = backend.allocate(BATCH, heads.kvHeads() * heads.keyDim());
        v = backend.allocate(BATCH, heads.kvHeads() * heads.valueDim());
        attended = backend.allocate(BATCH, heads.heads() * heads.valueDim());
        gate = backend.allocate(BATCH, a.feedForward());
        up = backend.allocate(BATCH, a.feedForward());
        logits = backend.allocate(1, a.vocabulary());
    }

    /** The model's architecture. */
    public Architecture architecture() {
        return architecture;
    }

    /** The backend that the weights are bound to. */
    public Backend backend() {
        return backend;
    }

    /** What one token leaves in a cache of this model. */
    public KvShape kvShape() {
        AttentionShape heads = architecture.attention();
        int indexDim = indexer == null ? 0 : indexer.shape().dim();
        return new KvShape(architecture.layers(), heads.kvHeads(), heads.keyDim(), heads.valueDim(), indexDim);
    }

    /** An empty cache; index keys are kept in it if the model has an indexer. */
    public KvCache newCache() {
        return new KvCache(kvShape(), pages);
    }

    /** Attention by a spec over this model's caches. */
    public Attention attention(AttentionSpec spec, SelectionListener listener) {
        return new Attention(backend, architecture.attention(), spec, indexer, listener);
    }

    /**
     * Runs up to {@link #BATCH} tokens of one sequence, at the positions after those that the cache holds, and appends their
     * entries. Their final hidden states are then ready for {@link #logits}.
     *
     * @param tokens token ids, of which {@code rows} from {@code from} on are run; the caller has checked that all are below
     *     the vocabulary's size
     * @param sparseFrom positions below it attend densely whatever the attention's spec
     */
    public void forward(KvCache cache, int[] tokens, int from, int rows, Attention attention, int sparseFrom) {
        int position = cache.length();
        backend.embed(embedding, tokens, from, rows, x);
        for (int layer = 0; layer < layers.size(); layer++) {
            attend(layers.get(layer), new LayerInput(cache, layer, position, rows, h, q), attention, sparseFrom);
            feedForward(layers.get(layer), rows);
        }
        cache.advanceTo(position + rows);
        backend.rmsNorm(x, rows, outputNorm, architecture.normEps(), h);
    }

    private void attend(LayerWeights w, LayerInput in, Attention attention, int sparseFrom) {
        AttentionShape heads = architecture.attention();
        int rows = in.rows();
        backend.rmsNorm(x, rows, w.attentionNorm(), architecture.normEps(), h);
        backend.matmul(w.query(), h, rows, q);
        backend.matmul(w.key(), h, rows, k);
        backend.matmul(w.value(), h, rows, v);
        backend.rope(q, rows, heads.heads(), architecture.rope(), in.firstPosition());
        backend.rope(k, rows, heads.kvHeads(), architecture.rope(), in.firstPosition());
        backend.storeEntries(in.cache(), in.layer(), in.firstPosition(), k, v, rows);
        if (indexer != null) {
            indexer.store(in);
        }
        attention.attend(in, sparseFrom, attended);
        backend.matmul(w.attentionOutput(), attended, rows, h);
        backend.add(x, h, rows);
    }

    private void feedForward(LayerWeights w, int rows) {
        backend.rmsNorm(x, rows, w.feedForwardNorm(), architecture.normEps(), h);
        backend.matmul(w.gate(), h, rows, gate);
        backend.matmul(w.up(), h, rows, up);
        backend.swiglu(gate, up, rows);
        backend.matmul(w.down(), gate, rows, h);
        backend.add(x, h, rows);
    }

    /**
     * Logits of rows of the last forward pass; row i of the result belongs to row firstRow + i. Valid until the next call.
     */
    public Tensor logits(int firstRow, int rows) {
        if (logits.rows() < rows) {
            logits = backend.allocate(rows, architecture.vocabulary());
        }
        backend.matmul(output, h, firstRow, rows, logits);
        return logits;
    }

    /** Frees the pages of all caches. */
    @Override
    public void close() {
        pages.close();
    }
}
