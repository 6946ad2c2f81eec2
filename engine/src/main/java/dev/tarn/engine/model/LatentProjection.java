package dev.tarn.engine.model;

import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.model.architecture.AttentionProjection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head latent attention with its maps absorbed (DeepSeek-V2, section 2.1.2). With latent c, a head's key is [K_h c, r] and its
 * value V_h c, where r is the rotary key that all heads share. Since q · K_h c = (K_hᵀ q) · c, the cache holds [c, r] alone: queries
 * become [K_hᵀ q, rotated q], all heads attend to the one key [c, r] with value c, and V_h is applied to what comes out.
 */
final class LatentProjection implements Projection {
    private final Backend backend;
    private final AttentionProjection.Latent shape;
    private final int heads;
    private final Tensor queryLatent;
    private final Tensor q;
    private final Tensor absorbed;
    private final Tensor entry;
    private final Tensor values;

    LatentProjection(Backend backend, AttentionProjection.Latent shape, int heads, int maxRows) {
        this.backend = backend;
        this.shape = shape;
        this.heads = heads;
        queryLatent = backend.allocate(maxRows, shape.queryRank());
        q = backend.allocate(maxRows, heads * (shape.nopeDim() + shape.ropeDim()));
        absorbed = backend.allocate(maxRows, heads * (shape.latentDim() + shape.ropeDim()));
        entry = backend.allocate(maxRows, shape.latentDim() + shape.ropeDim());
        values = backend.allocate(maxRows, heads * shape.valueDim());
    }

    @Override
    public void project(
            LayerWeights.Attention weights,
            @Nullable Rope rope,
            Tensor h,
            int rows,
            KvCache cache,
            int layer,
            int position) {
        var w = (LayerWeights.Latent) weights;
        Rope rotation = Objects.requireNonNull(rope);
        w.queryDown().apply(backend, h, rows, queryLatent);
        backend.rmsNormHeads(queryLatent, rows, 1, w.queryNorm(), shape.normEps());
        backend.matmul(w.queryUp(), queryLatent, rows, q);
        backend.matmulHeads(w.latentUp(), heads, 0, shape.nopeDim(), true, q, rows, absorbed);
        backend.copyHeads(q, shape.nopeDim(), absorbed, shape.latentDim(), shape.ropeDim(), heads, rows);
        backend.rope(absorbed, rows, heads, rotation, position);
        w.latentDown().apply(backend, h, rows, entry);
        backend.rmsNormHeads(entry, rows, 1, w.latentNorm(), shape.normEps());
        backend.rope(entry, rows, 1, rotation, position);
        backend.storeEntries(cache, layer, position, entry, entry, rows);
    }

    @Override
    public Tensor queries() {
        return absorbed;
    }

    @Override
    public @Nullable Tensor queryLatent() {
        return queryLatent;
    }

    @Override
    public void output(LayerWeights.Attention weights, Tensor attended, int rows, Tensor y) {
        var w = (LayerWeights.Latent) weights;
        backend.matmulHeads(w.latentUp(), heads, shape.nopeDim(), shape.valueDim(), false, attended, rows, values);
        w.output().apply(backend, values, rows, y);
    }
}
