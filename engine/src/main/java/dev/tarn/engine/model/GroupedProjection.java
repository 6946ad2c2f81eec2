package dev.tarn.engine.model;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.kv.KvCache;
import org.jspecify.annotations.Nullable;

/** Grouped-query attention: project, normalise heads where the model does, rotate, store. */
final class GroupedProjection implements Projection {
    private final Backend backend;
    private final AttentionShape heads;
    private final float normEps;
    private final Tensor q;
    private final Tensor k;
    private final Tensor v;

    GroupedProjection(Backend backend, AttentionShape heads, float normEps, int maxRows) {
        this.backend = backend;
        this.heads = heads;
        this.normEps = normEps;
        q = backend.allocate(maxRows, heads.heads() * heads.keyDim());
        k = backend.allocate(maxRows, heads.kvHeads() * heads.keyDim());
        v = backend.allocate(maxRows, heads.kvHeads() * heads.valueDim());
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
        var w = (LayerWeights.Grouped) weights;
        w.query().apply(backend, h, rows, q);
        w.key().apply(backend, h, rows, k);
        w.value().apply(backend, h, rows, v);
        if (w.queryNorm() != null && w.keyNorm() != null) {
            backend.rmsNormHeads(q, rows, heads.heads(), w.queryNorm(), normEps);
            backend.rmsNormHeads(k, rows, heads.kvHeads(), w.keyNorm(), normEps);
        }
        if (rope != null) {
            backend.rope(q, rows, heads.heads(), rope, position);
            backend.rope(k, rows, heads.kvHeads(), rope, position);
        }
        backend.storeEntries(cache, layer, position, k, v, rows);
    }

    @Override
    public Tensor queries() {
        return q;
    }

    @Override
    public @Nullable Tensor queryLatent() {
        return null;
    }

    @Override
    public void output(LayerWeights.Attention weights, Tensor attended, int rows, Tensor y) {
        ((LayerWeights.Grouped) weights).output().apply(backend, attended, rows, y);
    }
}
