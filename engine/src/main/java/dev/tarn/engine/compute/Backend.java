package dev.tarn.engine.compute;

import dev.tarn.engine.format.TensorView;
import dev.tarn.engine.kv.BlockSummaries;
import dev.tarn.engine.kv.EntryPlaces;
import dev.tarn.engine.kv.KvCache;
import org.jspecify.annotations.Nullable;

/**
 * The operators that a decoder is made of. Each works on the first {@code rows} rows of its tensors and has finished when it
 * returns. Results do not depend on the number of threads. One thread calls; inside {@link #forEach} its tasks do.
 */
public interface Backend extends AutoCloseable {
    /** One iteration of a parallel loop: {@code worker} is below {@link #workers} and belongs to one task at a time. */
    @FunctionalInterface
    interface Task {
        /** Runs iteration {@code index}. */
        void run(int index, int worker);
    }

    /** Which backend this is and how it was set up, for reports. */
    String describe();

    /** How it trades exactness for speed. */
    Precision precision();

    /** How many tasks may run at a time. */
    int workers();

    /**
     * Runs tasks 0 .. count-1, each once, in any order and in parallel where that helps; returns when all are done. Tasks may call
     * the operators that work on one query: attendSelected, finishAttention, probabilities, indexScores, blockScores, expSum.
     */
    void forEach(int count, Task task);

    /** Zeroed activations [rows, cols]. */
    Tensor allocate(int rows, int cols);

    /** A weight as stored in a model file; mapped data stays mapped. */
    Weight weight(TensorView stored);

    /** A vector as stored, with {@code addend} added to every element (norms that store gain - 1). */
    Weight weight(TensorView stored, float addend);

    /** y[i] = table[ids[from + i]] for i in 0..rows-1. */
    void embed(Weight table, int[] ids, int from, int rows, Tensor y);

    /** y[t] = w · x[t]: [rows, w.cols] to [rows, w.rows]. */
    void matmul(Weight w, Tensor x, int rows, Tensor y);

    /** y[t] = w · x[firstRow + t] for the {@code rows} rows of x from {@code firstRow} on. */
    void matmul(Weight w, Tensor x, int firstRow, int rows, Tensor y);

    /** y = x / sqrt(mean(x²) + eps) · gain, row by row (Zhang and Sennrich 2019). */
    void rmsNorm(Tensor x, int rows, Weight gain, float eps, Tensor y);

    /** y = (x - mean) / sqrt(variance + eps) · gain + bias, row by row, biased variance. */
    void layerNorm(Tensor x, int rows, Weight gain, Weight bias, float eps, Tensor y);

    /**
     * Normalises each head (of cols / heads floats) on its own, in place: its first gain.cols floats become x / sqrt(mean(x²) +
     * eps) · gain, where the mean is over those; floats after them stay.
     */
    void rmsNormHeads(Tensor x, int rows, int heads, Weight gain, float eps);

    /** Rotates each head (of cols / heads dimensions) of row i in place for position firstPosition + i. */
    void rope(Tensor x, int rows, int heads, Rope rope, int firstPosition);

    /** gate = silu(gate) · up, element by element. */
    void swiglu(Tensor gate, Tensor up, int rows);

    /** gate = gelu(gate) · up with gelu's tanh form, element by element; see {@link Activation#GELU_TANH}. */
    void geglu(Tensor gate, Tensor up, int rows);

    /** x = 0. */
    void clear(Tensor x, int rows);

    /** x += y. */
    void add(Tensor x, Tensor y, int rows);

    /** Adds the vector to every row. */
    void addBias(Tensor x, int rows, Weight bias);

    /** x *= factor. */
    void scale(Tensor x, int rows, float factor);

    /** x = cap · tanh(x / cap). */
    void softcap(Tensor x, int rows, float cap);

    /**
     * Products with one block of a weight for each head. The weight's rows are {@code heads} runs of equal length; head h uses
     * the {@code count} rows from {@code firstRow} on of its run, W_h of shape [count, w.cols]. Heads lie side by side in the
     * rows of x and y, and each is read and written from its first float on.
     *
     * @param transposed y_h = W_hᵀ · x_h (count floats to w.cols), else y_h = W_h · x_h (w.cols floats to count)
     */
    void matmulHeads(Weight w, int heads, int firstRow, int count, boolean transposed, Tensor x, int rows, Tensor y);

    /** Copies {@code count} floats of each head from column {@code fromCol} of x's head to column {@code toCol} of y's. */
    void copyHeads(Tensor x, int fromCol, Tensor y, int toCol, int count, int heads, int rows);

    /**
     * How many rows {@link #matmul} may take at once for each row of y to have the bits that it has alone: weights are then read once for
     * all of them.
     */
    int rowsAlike(Weight w);

    /** Row {@code to} of y = row {@code from} of x. */
    void copyRow(Tensor x, int from, Tensor y, int to);

    /** y[i] = x[places[i]] for i in 0..count-1. */
    void gatherRows(Tensor x, int[] places, int count, Tensor y);

    /** x[places[i]] += factors[i] · y[i] for i in 0..count-1; places are distinct. */
    void addRows(Tensor y, int[] places, float[] factors, int count, Tensor x);

    /** Stores row i of k and v as the entry of position firstPosition + i. */
    void storeEntries(KvCache cache, int layer, int firstPosition, Tensor k, Tensor v, int rows);

    /** Stores row i of keys as the index key of position firstPosition + i. */
    void storeIndexKeys(KvCache cache, int layer, int firstPosition, Tensor keys, int rows);

    /** Causal attention: row i of q, at position t = firstPosition + i, over positions 0 .. t. */
    default void attendDense(
            AttentionShape shape, KvCache cache, int layer, Tensor q, int rows, int firstPosition, Tensor out) {
        attendWindow(shape, cache, layer, q, rows, firstPosition, Integer.MAX_VALUE, out);
    }

    /** Causal attention: row i of q, at position t = firstPosition + i, over the last {@code window} positions of 0 .. t. */
    void attendWindow(
            AttentionShape shape,
            KvCache cache,
            int layer,
            Tensor q,
            int rows,
            int firstPosition,
            int window,
            Tensor out);

    /**
     * Adds entries to the attention state of one query: the heads of KV heads fromKvHead .. toKvHead-1 attend to the
     * positions in the first {@code count} places of {@code positions}.
     */
    default void attendSelected(
            AttentionShape shape,
            KvCache cache,
            int layer,
            Tensor q,
            int row,
            int fromKvHead,
            int toKvHead,
            int[] positions,
            int count,
            AttentionState state) {
        attendSelected(shape, cache, layer, q, row, fromKvHead, toKvHead, positions, count, state, null);
    }

    /**
     * The same, and tells the scores.
     *
     * @param scores receives the scaled products of query and key, [query heads of these KV heads][count]; or null
     */
    void attendSelected(
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
            float @Nullable [] scores);

    /**
     * The same over entries that were brought together: those at the first {@code count} of {@code places}, which may still be arriving.
     * Gives the same bits as {@link #attendSelected} over the same entries in the same order.
     */
    void attendPlaced(
            AttentionShape shape,
            EntryPlaces entries,
            Tensor q,
            int row,
            int fromKvHead,
            int toKvHead,
            int[] places,
            int count,
            AttentionState state,
            float @Nullable [] scores);

    /** Writes the output of a finished attention state to one row. */
    void finishAttention(AttentionShape shape, AttentionState state, Tensor out, int row);

    /**
     * Dense softmax probabilities of one query and one head over positions 0 .. count-1.
     *
     * @param out receives {@code count} probabilities
     */
    void probabilities(
            AttentionShape shape, KvCache cache, int layer, Tensor q, int row, int head, int count, float[] out);

    /**
     * Lightning indexer scores of one query: out[s] = Σ_j w[j] · max(0, q_j · k_s) for s in 0 .. count-1 (DeepSeek-V3.2).
     *
     * @param q index queries; row {@code row} holds the index heads one after the other
     * @param w head weights; row {@code row} holds one for each index head
     */
    void indexScores(KvCache cache, int layer, Tensor q, Tensor w, int row, int count, float[] out);

    /**
     * The same for positions from .. to-1 only. Places of {@code out} in the same blocks of {@link KvCache#BLOCK} tokens may be written
     * too.
     */
    void indexScores(KvCache cache, int layer, Tensor q, Tensor w, int row, int from, int to, float[] out);

    /**
     * Scores of the complete blocks 0 .. count-1 for one query, by the box around each block's keys: out[b] = Σ_d max(q_d · low_d,
     * q_d · high_d), where q is the sum over the query heads of a KV head; summed over KV heads fromKvHead .. toKvHead-1.
     */
    void blockScores(
            AttentionShape shape,
            BlockSummaries summaries,
            int layer,
            Tensor q,
            int row,
            int fromKvHead,
            int toKvHead,
            int count,
            float[] out);

    /** x = exp(x - max) in place, for {@code count} numbers; returns their sum. */
    float expSum(float[] x, int offset, int count, float max);

    /**
     * Writes the positions of the k largest of scores[from..to-1], ascending, to {@code positions} from {@code at} on. Of equal scores
     * the lower position is taken; NaN counts as the lowest, and both zeros are equal.
     *
     * @param k at most to - from
     */
    void selectTop(float[] scores, int from, int to, int k, int[] positions, int at);

    /** Stops threads and frees memory. */
    @Override
    void close();
}
