package dev.tarn.engine.attention;

import dev.tarn.engine.TestData;
import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.VectorKernels;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.KvShape;
import dev.tarn.engine.kv.PagePool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A cache of made-up keys, attention over it, what the listener heard, and dense attention by its definition in double precision. */
final class SpaceFixture implements AutoCloseable {
    static final int DIM = 8;
    static final int LAYERS = 5;
    static final AttentionShape SHAPE = new AttentionShape(6, 2, DIM, DIM, 0.35f);

    /** What keys and queries look like. */
    enum Data {
        NORMAL,
        UNIFORM,
        ONE_HOT,
        TIES,
        HUGE,
        RECENT
    }

    record Heard(
            int layer,
            int position,
            int group,
            int[] positions,
            int waves,
            float mass,
            long indexBytes,
            float[] scores) {}

    final int tokens;
    final Backend backend;
    final PagePool pool = new PagePool();
    final KvCache cache;
    final float[][] keys = new float[LAYERS][];
    final float[] queries;
    final List<Heard> heard = new ArrayList<>();

    SpaceFixture(long seed, int tokens, Data data, int threads) {
        Random random = new Random(seed);
        this.tokens = tokens;
        this.backend = new CpuBackend(new VectorKernels(), threads);
        this.cache = new KvCache(new KvShape(LAYERS, 2, DIM, DIM, 0), pool);
        for (int layer = 0; layer < LAYERS; layer++) {
            keys[layer] = keys(random, tokens, data);
            Tensor k = TestData.tensor(backend, tokens, 2 * DIM, keys[layer]);
            Tensor v = TestData.tensor(backend, tokens, 2 * DIM, TestData.normal(random, tokens * 2 * DIM));
            backend.storeEntries(cache, layer, 0, k, v, tokens);
        }
        cache.advanceTo(tokens);
        queries = TestData.normal(random, tokens * 6 * DIM);
        if (data == Data.UNIFORM) {
            Arrays.fill(queries, 0);
        }
    }

    private static float[] keys(Random random, int tokens, Data data) {
        float[] keys = TestData.normal(random, tokens * 2 * DIM);
        for (int s = 0; s < tokens; s++) {
            for (int i = s * 2 * DIM; i < (s + 1) * 2 * DIM; i++) {
                keys[i] = switch (data) {
                    case NORMAL, UNIFORM -> keys[i];
                    case ONE_HOT -> s == tokens / 3 ? 30 : keys[i] / 100;
                    case TIES -> s % 4 == 0 ? keys[i] : keys[i - 2 * DIM];
                    case HUGE -> 40 * keys[i];
                    case RECENT -> keys[i] * s / tokens;
                };
            }
        }
        return keys;
    }

    private void hear(LayerInput input, int row, int group, Selection selection, float[] scores) {
        heard.add(new Heard(
                input.layer(),
                input.position(row),
                group,
                Arrays.copyOf(selection.positions, selection.count),
                selection.waves,
                selection.mass,
                selection.indexBytes,
                scores == null ? null : Arrays.copyOf(scores, input.position(row) / selection.unit + 1)));
    }

    Attention attention(String spec, List<LayerScope> scopes) {
        return new Attention(backend, SHAPE, scopes, AttentionSpecs.parse(spec), null, this::hear);
    }

    /** The output of positions first..first+rows-1, sparse from the start. */
    float[] attend(Attention attention, int layer, int first, int rows) {
        float[] q = Arrays.copyOfRange(queries, first * 6 * DIM, (first + rows) * 6 * DIM);
        Tensor tensor = TestData.tensor(backend, rows, 6 * DIM, q);
        Tensor out = backend.allocate(rows, 6 * DIM);
        attention.attend(new LayerInput(cache, layer, first, rows, tensor, tensor), 0, out);
        return TestData.read(out, rows);
    }

    float[] attend(String spec, int layer, int first, int rows) {
        heard.clear();
        return attend(attention(spec, List.of()), layer, first, rows);
    }

    /** Scaled product of the query of t in a head with the key of s. */
    double score(int layer, int t, int head, int s) {
        double sum = 0;
        for (int d = 0; d < DIM; d++) {
            sum += (double) queries[(t * 6 + head) * DIM + d] * keys[layer][(s * 2 + head / 3) * DIM + d];
        }
        return sum * SHAPE.scale();
    }

    /** exp(score - largest score) of positions 0..t. */
    double[] exponentials(int layer, int t, int head) {
        double[] e = new double[t + 1];
        double max = Double.NEGATIVE_INFINITY;
        for (int s = 0; s <= t; s++) {
            e[s] = score(layer, t, head, s);
            max = Math.max(max, e[s]);
        }
        for (int s = 0; s <= t; s++) {
            e[s] = Math.exp(e[s] - max);
        }
        return e;
    }

    /** Attention of one head of one position over a set, by definition. */
    double[] attention(int layer, int t, int head, int[] positions) {
        double[] e = exponentials(layer, t, head);
        double[] out = new double[DIM];
        float[] value = new float[DIM];
        double sum = 0;
        for (int s : positions) {
            cache.readValue(layer, s, head / 3, value, 0);
            sum += e[s];
            for (int d = 0; d < DIM; d++) {
                out[d] += e[s] * value[d];
            }
        }
        for (int d = 0; d < DIM; d++) {
            out[d] /= sum;
        }
        return out;
    }

    @Override
    public void close() {
        backend.close();
        pool.close();
    }
}
