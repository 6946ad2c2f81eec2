package dev.tarn.study.eval;

import dev.tarn.engine.attention.Attention;
import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.tokenize.Tokenizer;
import dev.tarn.study.StudyException;
import dev.tarn.study.StudyListener;
import dev.tarn.study.text.TextSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Perplexity as llama.cpp defines it: the whole text is tokenised and cut into windows of N tokens, of which the first W are
 * read; token 0 of each becomes BOS where the model wants one. A sparse attention is sparse at every position.
 */
public final class PerplexityStudy {
    /** Rows of logits that exist at a time: a large vocabulary times a whole batch would take more memory than the model. */
    private static final int LOGIT_ROWS = 64;

    private final ModelFile model;
    private final Decoder decoder;
    private final EvalOptions options;
    private final StudyListener listener;

    /** A study of one model. */
    public PerplexityStudy(ModelFile model, Decoder decoder, EvalOptions options, StudyListener listener) {
        this.model = model;
        this.decoder = decoder;
        this.options = options;
        this.listener = listener;
    }

    /**
     * The results, by context and then by attention in the order of the options.
     *
     * @throws StudyException where the text holds no whole window
     */
    public List<PerplexityResult> run(TextSource text) {
        Tokenizer tokenizer = model.tokenizer();
        int[] tokens = tokenizer.addsBos()
                ? tokenizer.encodeWithBos(text.content(), false)
                : tokenizer.encode(text.content(), false);
        List<PerplexityResult> results = new ArrayList<>();
        for (int context : options.contexts()) {
            int windows = Math.min(options.windows(), tokens.length / context);
            if (windows == 0) {
                throw new StudyException(text.name() + ": has " + tokens.length + " tokens, fewer than one window of "
                        + context + "; give a longer text or a smaller context");
            }
            for (AttentionSpec spec : options.attentions()) {
                results.add(result(tokens, context, windows, spec));
            }
        }
        return List.copyOf(results);
    }

    private PerplexityResult result(int[] tokens, int context, int windows, AttentionSpec spec) {
        Attention attention = decoder.attention(spec, SelectionListener.NONE);
        listener.begin("perplexity at " + context + " tokens, " + attention.spec(), (long) windows * context);
        LossSum all = new LossSum();
        LossSum secondHalf = new LossSum();
        Tokenizer tokenizer = model.tokenizer();
        for (int w = 0; w < windows; w++) {
            int[] window = Arrays.copyOfRange(tokens, w * context, (w + 1) * context);
            if (tokenizer.addsBos()) {
                window[0] = tokenizer.bos();
            }
            double[] losses = losses(window, attention);
            for (int i = 1; i < context; i++) {
                all.add(losses[i]);
                if (i > context / 2) {
                    secondHalf.add(losses[i]);
                }
            }
        }
        return new PerplexityResult(
                attention.spec().toString(),
                context,
                windows,
                all.perplexity(),
                all.standardError(),
                secondHalf.perplexity(),
                secondHalf.standardError());
    }

    /** The negative log likelihood of each token of a window given those before it; that of token 0 is not computed. */
    private double[] losses(int[] window, Attention attention) {
        double[] losses = new double[window.length];
        int[] done = {0};
        try (Sequence sequence = new Sequence(decoder, attention)) {
            sequence.prefill(window, 0, read -> {
                score(window, done[0], read, losses);
                listener.advance(read - done[0]);
                done[0] = read;
            });
        }
        return losses;
    }

    /** Scores the successors of tokens from..to-1, which are the rows of the last forward pass. */
    private void score(int[] window, int from, int to, double[] losses) {
        for (int first = from; first < to; first += LOGIT_ROWS) {
            int start = first;
            int rows = Math.min(LOGIT_ROWS, to - first);
            Tensor logits = decoder.logits(first - from, rows);
            IntStream.range(0, rows)
                    .parallel()
                    .filter(row -> start + row + 1 < window.length)
                    .forEach(row -> losses[start + row + 1] = loss(logits, row, window[start + row + 1]));
        }
    }

    private static double loss(Tensor logits, int row, int target) {
        float[] values = new float[logits.cols()];
        logits.read(row, 0, values.length, values, 0);
        float max = Float.NEGATIVE_INFINITY;
        for (float value : values) {
            max = Math.max(max, value);
        }
        double sum = 0;
        for (float value : values) {
            sum += Math.exp(value - max);
        }
        return Math.log(sum) + max - values[target];
    }
}
