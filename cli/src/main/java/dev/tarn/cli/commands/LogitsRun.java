package dev.tarn.cli.commands;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.LayerInput;
import dev.tarn.engine.attention.Selection;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.decode.Sampler;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.model.Decoder;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * The forward passes of {@code tarn logits}, which other implementations make without a cache: one over the given ids, then one for
 * each token of the greedy continuation. Sums are added up as in prefill all the way: rounding alone can tip an expert's choice.
 */
final class LogitsRun {
    /** With fewer tokens in a pass a backend may add up in another order. */
    private static final int PASS = 8;

    private final Decoder decoder;
    private final AttentionSpec spec;
    private final Ties ties;
    private final int vocabulary;

    /**
     * What was computed.
     *
     * @param logits of every given id, [ids, vocabulary]
     * @param greedy the continuation
     * @param selected by layer that ran an indexer: the positions it chose for the last given id
     */
    record Result(float[] logits, int[] greedy, Map<Integer, int[]> selected) {}

    LogitsRun(Decoder decoder, AttentionSpec spec, Ties ties) {
        this.decoder = decoder;
        this.spec = spec;
        this.ties = ties;
        this.vocabulary = decoder.architecture().vocabulary();
    }

    /** Runs the ids and continues them by {@code greedy} tokens, the last of which is not run. */
    Result run(int[] ids, int greedy) {
        float[] logits = new float[Math.multiplyExact(ids.length, vocabulary)];
        Map<Integer, int[]> selected = new TreeMap<>();
        SelectionListener listener = (input, row, _, selection, _) -> {
            if (decoder.runsIndexer(input.layer()) && input.position(row) == ids.length - 1) {
                keep(input, selection, selected);
            }
        };
        try (Sequence sequence = sequence(ids.length, spec.needsIndexer() ? listener : SelectionListener.NONE)) {
            sequence.requireFits(Math.addExact(ids.length, Math.max(0, greedy - 1)));
            sequence.prefill(ids, 0, done -> {
                int from = (done - 1) / Decoder.BATCH * Decoder.BATCH;
                Tensor rows = decoder.logits(0, done - from);
                for (int row = 0; row < done - from; row++) {
                    rows.read(row, 0, vocabulary, logits, (from + row) * vocabulary);
                }
            });
            float[] last = Arrays.copyOfRange(logits, logits.length - vocabulary, logits.length);
            return new Result(logits, continuation(sequence, ids, last, greedy), selected);
        }
    }

    private Sequence sequence(int length, SelectionListener listener) {
        return new Sequence(decoder, decoder.attention(spec, ties.over(length), listener));
    }

    private static void keep(LayerInput input, Selection selection, Map<Integer, int[]> selected) {
        selected.merge(input.layer(), Arrays.copyOf(selection.positions, selection.count), LogitsRun::union);
    }

    private static int[] union(int[] a, int[] b) {
        int[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return Arrays.stream(both).sorted().distinct().toArray();
    }

    private int[] continuation(Sequence given, int[] ids, float[] next, int count) {
        int[] tokens = Arrays.copyOf(ids, ids.length + count);
        try (Sequence cached = given.fork(decoder.attention(spec, SelectionListener.NONE))) {
            for (int i = 0; i < count; i++) {
                tokens[ids.length + i] = Sampler.argmax(next);
                if (i < count - 1) {
                    runLast(cached, Arrays.copyOf(tokens, ids.length + i + 1), next);
                }
            }
        }
        return Arrays.copyOfRange(tokens, ids.length, tokens.length);
    }

    /** Reads the logits of the last token: after all tokens once more where ties hang on how many there are, else after the last few. */
    private void runLast(Sequence cached, int[] tokens, float[] logits) {
        if (ties == Ties.TORCH) {
            try (Sequence whole = sequence(tokens.length, SelectionListener.NONE)) {
                whole.prefill(tokens, 0, _ -> {});
                whole.readLogits(logits);
            }
        } else {
            int from = Math.max(0, tokens.length - PASS);
            cached.truncate(from);
            cached.prefill(Arrays.copyOfRange(tokens, from, tokens.length), 0, _ -> {});
            cached.readLogits(logits);
        }
    }
}
