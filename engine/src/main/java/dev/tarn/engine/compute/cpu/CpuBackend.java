package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.AttentionState;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.compute.Weight;
import dev.tarn.engine.compute.integer.IntegerProducts;
import dev.tarn.engine.format.TensorView;
import dev.tarn.engine.kv.BlockSummaries;
import dev.tarn.engine.kv.EntryPlaces;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.KvShape;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/** The operators on the CPU, split over worker threads so that no sum depends on the split. */
public final class CpuBackend implements Backend {
    private static final int[] ALL = {};
    private static final int ROWS_AT_LEAST = 4;
    private static final int ROWS_AT_MOST = 16;
    /** Positions that one task scores for {@link #probabilities}. */
    private static final int SPAN = 16 * KvCache.BLOCK;
    /** From this many query tokens on, dense attention transposes keys once for all of them. */
    private static final int MANY_QUERIES = 4;

    private final Kernels kernels;
    private final Precision precision;
    private final @Nullable IntegerProducts integers;
    private final Workers workers;
    private final Matmul matmul;
    private final HeadMatmul headMatmul;
    private final GatherAttention gather;
    private final DenseAttention[] dense;
    private final BoxScores[] boxes;
    private final IndexScorer indexScorer;
    private final TopSelect topSelect;
    private final IdentityHashMap<Rope, RopeTable> ropes = new IdentityHashMap<>();
    private @Nullable AttentionShape denseShape;
    private @Nullable AttentionState denseState;

    /** A backend with its own worker threads that computes exactly. */
    public CpuBackend(Kernels kernels, int threads) {
        this(kernels, threads, Precision.EXACT);
    }

    /** A backend with its own worker threads. */
    public CpuBackend(Kernels kernels, int threads, Precision precision) {
        this.kernels = kernels;
        this.precision = precision;
        this.workers = new Workers(threads);
        this.integers = precision == Precision.FAST ? kernels.products() : null;
        this.matmul = new Matmul(kernels, integers, workers);
        this.headMatmul = new HeadMatmul(kernels, workers);
        this.gather = new GatherAttention(kernels, workers);
        this.indexScorer = new IndexScorer(kernels, workers);
        this.topSelect = new TopSelect(kernels, workers);
        this.dense = new DenseAttention[threads];
        this.boxes = new BoxScores[threads];
        for (int i = 0; i < threads; i++) {
            dense[i] = new DenseAttention(kernels);
            boxes[i] = new BoxScores(kernels);
        }
    }

    @Override
    public String describe() {
        return "cpu, " + arithmetic() + ", " + workers.threads() + " threads";
    }

    /** What decides the bits of results, given the same input: kernels, length of vectors, precision, kind of products. */
    public String arithmetic() {
        String products = integers == null ? "float products" : integers.describe();
        return kernels.describe() + ", " + precision + ", " + products;
    }

    @Override
    public Precision precision() {
        return precision;
    }

    /** Bits of the vectors that the kernels use. */
    public int vectorBits() {
        return kernels.vectorBits();
    }

    @Override
    public int workers() {
        return workers.threads();
    }

    @Override
    public void forEach(int count, Task task) {
        workers.run(count, task::run);
    }

    @Override
    public Tensor allocate(int rows, int cols) {
        return new HostTensor(rows, cols);
    }

    @Override
    public Weight weight(TensorView stored) {
        BlockDecoder.of(stored.type());
        BlockScales.requireFinite(stored);
        int rows = Math.toIntExact(stored.rows());
        int cols = Math.toIntExact(stored.cols());
        float[] values = new float[rows == 1 ? cols : 0];
        if (rows == 1) {
            kernels.dequantize(stored.type(), stored.data(), 0, cols, values, 0);
        }
        return new HostWeight(stored, rows, cols, values);
    }

    @Override
    public Weight weight(TensorView stored, float addend) {
        HostWeight vector = HostWeight.of(weight(stored));
        float[] values = vector.values();
        for (int i = 0; i < values.length; i++) {
            values[i] += addend;
        }
        return vector;
    }

    @Override
    public void embed(Weight table, int[] ids, int from, int rows, Tensor y) {
        HostWeight w = HostWeight.of(table);
        HostTensor out = HostTensor.of(y);
        BlockDecoder decoder = BlockDecoder.of(w.stored().type());
        for (int i = 0; i < rows; i++) {
            long offset = w.rowOffset(ids[from + i]);
            decoder.decode(w.stored().data(), offset, w.cols(), out.data(), i * out.cols());
        }
    }

    @Override
    public void matmul(Weight w, Tensor x, int rows, Tensor y) {
        matmul(w, x, 0, rows, y);
    }

    @Override
    public void matmul(Weight w, Tensor x, int firstRow, int rows, Tensor y) {
        matmul.run(HostWeight.of(w), HostTensor.of(x), firstRow, rows, HostTensor.of(y));
    }

    /** Runs {@code body} for each row, in parallel where there are many. Single rows run without it, so that nothing is allocated. */
    private void forRows(int rows, Workers.Task body) {
        int perTask = Math.clamp(Math.ceilDiv(rows, workers.threads()), ROWS_AT_LEAST, ROWS_AT_MOST);
        workers.run(Math.ceilDiv(rows, perTask), (task, worker) -> {
            for (int row = task * perTask; row < Math.min(rows, (task + 1) * perTask); row++) {
                body.run(row, worker);
            }
        });
    }

    /** Rounded to float32 at each step, as the implementations do that models are trained with. */
    private float inverseRms(float[] x, int offset, int n, float eps) {
        float mean = kernels.sumOfSquares(x, offset, n) / n;
        return 1 / (float) Math.sqrt(mean + eps);
    }

    @Override
    public void rmsNorm(Tensor x, int rows, Weight gain, float eps, Tensor y) {
        HostTensor in = HostTensor.of(x);
        HostTensor out = HostTensor.of(y);
        float[] g = HostWeight.of(gain).values();
        int n = in.cols();
        if (rows == 1) {
            rmsNormRow(in.data(), 0, n, g, eps, out.data());
        } else {
            forRows(rows, (row, _) -> rmsNormRow(in.data(), row * n, n, g, eps, out.data()));
        }
    }

    private void rmsNormRow(float[] x, int at, int n, float[] gain, float eps, float[] y) {
        kernels.scaleBy(x, at, inverseRms(x, at, n, eps), gain, y, at, n);
    }

    @Override
    public void rmsNormHeads(Tensor x, int rows, int heads, Weight gain, float eps) {
        HostTensor in = HostTensor.of(x);
        float[] g = HostWeight.of(gain).values();
        if (rows == 1) {
            rmsNormHeads(in, 0, heads, g, eps);
        } else {
            forRows(rows, (row, _) -> rmsNormHeads(in, row, heads, g, eps));
        }
    }

    private void rmsNormHeads(HostTensor x, int row, int heads, float[] gain, float eps) {
        for (int head = 0; head < heads; head++) {
            rmsNormRow(x.data(), row * x.cols() + head * (x.cols() / heads), gain.length, gain, eps, x.data());
        }
    }

    @Override
    public void layerNorm(Tensor x, int rows, Weight gain, Weight bias, float eps, Tensor y) {
        HostTensor in = HostTensor.of(x);
        HostTensor out = HostTensor.of(y);
        float[] g = HostWeight.of(gain).values();
        float[] b = HostWeight.of(bias).values();
        if (rows == 1) {
            layerNormRow(in.data(), 0, in.cols(), g, b, eps, out.data());
        } else {
            forRows(rows, (row, _) -> layerNormRow(in.data(), row * in.cols(), in.cols(), g, b, eps, out.data()));
        }
    }

    private static void layerNormRow(float[] x, int offset, int n, float[] gain, float[] bias, float eps, float[] y) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += x[offset + i];
        }
        double mean = sum / n;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            squares += (x[offset + i] - mean) * (x[offset + i] - mean);
        }
        double factor = 1 / Math.sqrt(squares / n + eps);
        for (int i = 0; i < n; i++) {
            y[offset + i] = (float) ((x[offset + i] - mean) * factor) * gain[i] + bias[i];
        }
    }

    @Override
    public void rope(Tensor x, int rows, int heads, Rope rope, int firstPosition) {
        HostTensor in = HostTensor.of(x);
        RopeTable table = ropes.computeIfAbsent(rope, RopeTable::new);
        table.hold(firstPosition, rows);
        int dim = in.cols() / heads;
        if (rows == 1) {
            rotateRow(in, 0, heads, dim, table, firstPosition);
        } else {
            forRows(rows, (row, _) -> rotateRow(in, row, heads, dim, table, firstPosition + row));
        }
    }

    private static void rotateRow(HostTensor x, int row, int heads, int dim, RopeTable table, int position) {
        for (int head = 0; head < heads; head++) {
            table.rotate(x.data(), row * x.cols() + head * dim, position);
        }
    }

    @Override
    public void swiglu(Tensor gate, Tensor up, int rows) {
        HostTensor g = HostTensor.of(gate);
        HostTensor u = HostTensor.of(up);
        int n = g.cols();
        if (rows == 1) {
            kernels.swiglu(g.data(), 0, u.data(), 0, n);
        } else {
            forRows(rows, (row, _) -> kernels.swiglu(g.data(), row * n, u.data(), row * n, n));
        }
    }

    @Override
    public void geglu(Tensor gate, Tensor up, int rows) {
        HostTensor g = HostTensor.of(gate);
        HostTensor u = HostTensor.of(up);
        int n = g.cols();
        if (rows == 1) {
            kernels.geglu(g.data(), 0, u.data(), 0, n);
        } else {
            forRows(rows, (row, _) -> kernels.geglu(g.data(), row * n, u.data(), row * n, n));
        }
    }

    @Override
    public void clear(Tensor x, int rows) {
        HostTensor a = HostTensor.of(x);
        Arrays.fill(a.data(), 0, rows * a.cols(), 0);
    }

    @Override
    public void add(Tensor x, Tensor y, int rows) {
        HostTensor a = HostTensor.of(x);
        HostTensor b = HostTensor.of(y);
        int n = a.cols();
        if (rows == 1) {
            kernels.add(a.data(), 0, b.data(), 0, n);
        } else {
            forRows(rows, (row, _) -> kernels.add(a.data(), row * n, b.data(), row * n, n));
        }
    }

    @Override
    public void addBias(Tensor x, int rows, Weight bias) {
        HostTensor a = HostTensor.of(x);
        float[] b = HostWeight.of(bias).values();
        if (rows == 1) {
            kernels.add(a.data(), 0, b, 0, b.length);
        } else {
            forRows(rows, (row, _) -> kernels.add(a.data(), row * a.cols(), b, 0, b.length));
        }
    }

    @Override
    public void scale(Tensor x, int rows, float factor) {
        HostTensor a = HostTensor.of(x);
        if (rows == 1) {
            kernels.scale(a.data(), 0, a.cols(), factor);
        } else {
            forRows(rows, (row, _) -> kernels.scale(a.data(), row * a.cols(), a.cols(), factor));
        }
    }

    @Override
    public void softcap(Tensor x, int rows, float cap) {
        HostTensor a = HostTensor.of(x);
        if (rows == 1) {
            softcapRow(a, 0, cap);
        } else {
            forRows(rows, (row, _) -> softcapRow(a, row, cap));
        }
    }

    private static void softcapRow(HostTensor x, int row, float cap) {
        for (int i = row * x.cols(); i < (row + 1) * x.cols(); i++) {
            x.data()[i] = cap * (float) Math.tanh(x.data()[i] / cap);
        }
    }

    @Override
    public void matmulHeads(
            Weight w, int heads, int firstRow, int count, boolean transposed, Tensor x, int rows, Tensor y) {
        headMatmul.run(HostWeight.of(w), heads, firstRow, count, transposed, HostTensor.of(x), rows, HostTensor.of(y));
    }

    @Override
    public void copyHeads(Tensor x, int fromCol, Tensor y, int toCol, int count, int heads, int rows) {
        HostTensor in = HostTensor.of(x);
        HostTensor out = HostTensor.of(y);
        for (int i = 0; i < rows * heads; i++) {
            System.arraycopy(
                    in.data(), i * (in.cols() / heads) + fromCol, out.data(), i * (out.cols() / heads) + toCol, count);
        }
    }

    @Override
    public int rowsAlike(Weight w) {
        return matmul.rowsAlike(HostWeight.of(w));
    }

    @Override
    public void copyRow(Tensor x, int from, Tensor y, int to) {
        HostTensor in = HostTensor.of(x);
        HostTensor out = HostTensor.of(y);
        System.arraycopy(in.data(), from * in.cols(), out.data(), to * out.cols(), in.cols());
    }

    @Override
    public void gatherRows(Tensor x, int[] places, int count, Tensor y) {
        HostTensor in = HostTensor.of(x);
        HostTensor out = HostTensor.of(y);
        for (int i = 0; i < count; i++) {
            System.arraycopy(in.data(), places[i] * in.cols(), out.data(), i * out.cols(), in.cols());
        }
    }

    @Override
    public void addRows(Tensor y, int[] places, float[] factors, int count, Tensor x) {
        HostTensor in = HostTensor.of(y);
        HostTensor out = HostTensor.of(x);
        int n = in.cols();
        for (int i = 0; i < count; i++) {
            kernels.scale(in.data(), i * n, n, factors[i]);
            kernels.add(out.data(), places[i] * n, in.data(), i * n, n);
        }
    }

    @Override
    public void storeEntries(KvCache cache, int layer, int firstPosition, Tensor k, Tensor v, int rows) {
        HostTensor keys = HostTensor.of(k);
        HostTensor values = HostTensor.of(v);
        for (int i = 0; i < rows; i++) {
            cache.writeEntry(layer, firstPosition + i, keys.data(), i * keys.cols(), values.data(), i * values.cols());
        }
    }

    @Override
    public void storeIndexKeys(KvCache cache, int layer, int firstPosition, Tensor keys, int rows) {
        HostTensor k = HostTensor.of(keys);
        for (int i = 0; i < rows; i++) {
            cache.writeIndexKey(layer, firstPosition + i, k.data(), i * k.cols());
        }
    }

    @Override
    public void attendWindow(
            AttentionShape shape,
            KvCache cache,
            int layer,
            Tensor q,
            int rows,
            int firstPosition,
            int window,
            Tensor out) {
        KvShape stored = cache.shape();
        MemorySegment[] pages = cache.entryPages(layer);
        if (rows < MANY_QUERIES) {
            AttentionState state = denseState(shape);
            for (int row = 0; row < rows; row++) {
                int n = firstPosition + row + 1;
                int from = Math.max(0, n - window);
                state.reset();
                gather.run(
                        shape,
                        stored,
                        pages,
                        HostTensor.of(q),
                        row,
                        0,
                        shape.kvHeads(),
                        ALL,
                        from,
                        n - from,
                        state,
                        null,
                        null);
                finishAttention(shape, state, out, row);
            }
            return;
        }
        int blocks = (rows + DenseAttention.QUERIES - 1) / DenseAttention.QUERIES;
        workers.run(blocks * shape.kvHeads(), (task, worker) -> {
            int first = (blocks - 1 - task / shape.kvHeads()) * DenseAttention.QUERIES;
            int count = Math.min(DenseAttention.QUERIES, rows - first);
            dense[worker].run(
                    shape,
                    stored,
                    pages,
                    task % shape.kvHeads(),
                    HostTensor.of(q),
                    first,
                    count,
                    firstPosition,
                    window,
                    HostTensor.of(out));
        });
    }

    /** The state that dense attention of few rows reuses from call to call. */
    private AttentionState denseState(AttentionShape shape) {
        AttentionState state = denseState;
        if (state == null || !shape.equals(denseShape)) {
            state = new AttentionState(shape);
            denseState = state;
            denseShape = shape;
        }
        return state;
    }

    @Override
    public void attendSelected(
            AttentionShape shape,
            KvCache cache,
            int layer,
            Tensor q,
            int row,
            int fromKvHead,
            int toKvHead,
            int[] positions,
            int count,
            AttentionState state,
            float @Nullable [] scores) {
        MemorySegment[] pages = cache.entryPages(layer);
        gather.run(
                shape,
                cache.shape(),
                pages,
                HostTensor.of(q),
                row,
                fromKvHead,
                toKvHead,
                positions,
                0,
                count,
                state,
                scores,
                null);
    }

    @Override
    public void attendPlaced(
            AttentionShape shape,
            EntryPlaces entries,
            Tensor q,
            int row,
            int fromKvHead,
            int toKvHead,
            int[] places,
            int count,
            AttentionState state,
            float @Nullable [] scores) {
        gather.run(
                shape,
                entries.shape(),
                entries.pages(),
                HostTensor.of(q),
                row,
                fromKvHead,
                toKvHead,
                places,
                0,
                count,
                state,
                scores,
                entries);
    }

    @Override
    public void finishAttention(AttentionShape shape, AttentionState state, Tensor out, int row) {
        HostTensor o = HostTensor.of(out);
        for (int head = 0; head < shape.heads(); head++) {
            state.output(head, o.data(), row * o.cols() + head * shape.valueDim());
        }
    }

    @Override
    public void probabilities(
            AttentionShape shape, KvCache cache, int layer, Tensor q, int row, int head, int count, float[] out) {
        KvShape stored = cache.shape();
        MemorySegment[] pages = cache.entryPages(layer);
        workers.run((count + SPAN - 1) / SPAN, (task, worker) -> {
            int from = task * SPAN;
            int length = Math.min(SPAN, count - from);
            dense[worker].scores(shape, stored, pages, HostTensor.of(q), row, head, from, length, out);
        });
        float sum = kernels.expSum(out, 0, count, kernels.max(out, 0, count));
        kernels.scale(out, 0, count, 1 / sum);
    }

    @Override
    public void indexScores(KvCache cache, int layer, Tensor q, Tensor w, int row, int count, float[] out) {
        indexScorer.run(cache, layer, HostTensor.of(q), HostTensor.of(w), row, 0, count, out);
    }

    @Override
    public void selectTop(float[] scores, int from, int to, int k, int[] positions, int at) {
        topSelect.run(scores, from, to, k, positions, at);
    }

    @Override
    public void indexScores(KvCache cache, int layer, Tensor q, Tensor w, int row, int from, int to, float[] out) {
        indexScorer.run(cache, layer, HostTensor.of(q), HostTensor.of(w), row, from, to, out);
    }

    @Override
    public void blockScores(
            AttentionShape shape,
            BlockSummaries summaries,
            int layer,
            Tensor q,
            int row,
            int fromKvHead,
            int toKvHead,
            int count,
            float[] out) {
        boxes[workers.current()].score(
                shape, summaries, layer, HostTensor.of(q), row, fromKvHead, toKvHead, count, out);
    }

    @Override
    public float expSum(float[] x, int offset, int count, float max) {
        return kernels.expSum(x, offset, count, max);
    }

    @Override
    public void close() {
        workers.close();
    }
}
