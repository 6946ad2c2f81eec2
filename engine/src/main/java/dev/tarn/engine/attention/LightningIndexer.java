package dev.tarn.engine.attention;

import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.compute.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The lightning indexer of every layer (DeepSeek-V3.2; Levy): k(s) = RoPE(LayerNorm(Wk h_s)), q(t) = RoPE(Wq h_t) in {@code heads}
 * heads, w(t) = c · Ww h_t, and I(t,s) = Σ_j w_j(t) · max(0, q_j(t) · k(s)), where h is the layer's attention input. Native DSA
 * checkpoints make q from MLA's query latent instead of h and have c = heads^-0.5 · dim^-0.5; for dense backbones c = 1.
 */
public final class LightningIndexer implements Ranking {
    /**
     * The weights of one layer.
     *
     * @param wq [heads · dim, hidden], or [heads · dim, query latent]
     * @param wk [dim, hidden]
     * @param normGain [dim]
     * @param normBias [dim]
     * @param ww [heads, hidden]
     */
    public record Layer(Weight wq, Weight wk, Weight normGain, Weight normBias, Weight ww) {}

    /**
     * The indexer's shape and what selections made with it always keep.
     *
     * @param heads index heads
     * @param dim floats of an index key and of one head's index query
     * @param rope the rotation of the first dimensions of both
     * @param normEps the LayerNorm's epsilon
     * @param weightScale what head weights are multiplied by, c
     * @param sink first positions always kept
     * @param recent newest positions always kept
     */
    public record Shape(int heads, int dim, Rope rope, float normEps, float weightScale, int sink, int recent) {}

    private final Backend backend;
    private final Shape shape;
    private final List<@Nullable Layer> layers;
    private final Tensor keys;
    private final Tensor queries;
    private final Tensor weights;
    private final List<Double> usualMasses;
    private int fromRow;

    /**
     * An indexer for forward passes of up to {@code maxRows} tokens.
     *
     * @param layers one for each layer of the model; null for layers that it never ranks for
     */
    public LightningIndexer(Backend backend, Shape shape, List<@Nullable Layer> layers, int maxRows) {
        this(backend, shape, layers, maxRows, List.of());
    }

    /**
     * The same, with what the indexer's file says of the backbone.
     *
     * @param usualMasses what dense attention usually gives to the positions that are not always kept, one for each layer; empty
     *     where the file does not say
     */
    public LightningIndexer(
            Backend backend, Shape shape, List<@Nullable Layer> layers, int maxRows, List<Double> usualMasses) {
        this.usualMasses = List.copyOf(usualMasses);
        this.backend = backend;
        this.shape = shape;
        this.layers = new ArrayList<>(layers);
        this.keys = backend.allocate(maxRows, shape.dim());
        this.queries = backend.allocate(maxRows, shape.heads() * shape.dim());
        this.weights = backend.allocate(maxRows, shape.heads());
    }

    /** The indexer's shape. */
    public Shape shape() {
        return shape;
    }

    /** The usual dense mass outside what is always kept, by layer; empty where unknown. */
    public List<Double> usualMasses() {
        return usualMasses;
    }

    /** Computes and stores the index keys of the input's tokens, in layers that it ranks for. */
    public void store(LayerInput input) {
        Layer layer = layers.get(input.layer());
        if (layer == null) {
            return;
        }
        backend.matmul(layer.wk(), input.hidden(), input.rows(), keys);
        backend.layerNorm(keys, input.rows(), layer.normGain(), layer.normBias(), shape.normEps(), keys);
        backend.rope(keys, input.rows(), 1, shape.rope(), input.firstPosition());
        backend.storeIndexKeys(input.cache(), input.layer(), input.firstPosition(), keys, input.rows());
    }

    @Override
    public void prepare(LayerInput input, int fromRow) {
        Layer layer = Objects.requireNonNull(layers.get(input.layer()));
        int rows = input.rows() - fromRow;
        this.fromRow = fromRow;
        backend.matmul(layer.wq(), input.indexInput(), fromRow, rows, queries);
        backend.rope(queries, rows, shape.heads(), shape.rope(), input.position(fromRow));
        backend.matmul(layer.ww(), input.hidden(), fromRow, rows, weights);
        if (shape.weightScale() != 1) {
            backend.scale(weights, rows, shape.weightScale());
        }
    }

    @Override
    public void score(LayerInput input, int row, int group, int worker, float[] scores) {
        int n = input.position(row) + 1;
        backend.indexScores(input.cache(), input.layer(), queries, weights, row - fromRow, n, scores);
    }

    /** Scores positions from .. to-1 only, and perhaps neighbours; see {@link Backend#indexScores}. */
    void scoreRange(LayerInput input, int row, int from, int to, float[] scores) {
        backend.indexScores(input.cache(), input.layer(), queries, weights, row - fromRow, from, to, scores);
    }

    @Override
    public long indexBytes(LayerInput input, int row, int group) {
        return (input.position(row) + 1) * input.cache().shape().indexBytes();
    }
}
