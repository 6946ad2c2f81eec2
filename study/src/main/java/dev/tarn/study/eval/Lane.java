package dev.tarn.study.eval;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.decode.Sampler;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.model.Decoder;
import dev.tarn.study.meter.IndexReads;
import dev.tarn.study.meter.MassMeter;
import dev.tarn.study.meter.MassSums;
import dev.tarn.study.meter.ReadMeter;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One attention reading one window, batch by batch, with its meters and scores. */
final class Lane implements AutoCloseable {
    private final int[] window;
    private final Sequence sequence;
    private final LogitRows rows;
    private final ReadMeter reads;
    private final @Nullable MassSums masses;
    private final double[] losses;
    private final double[] divergences;
    private final boolean[] agrees;

    /**
     * A lane at the beginning of a window.
     *
     * @param every see {@link EvalOptions#every}; 0 measures no masses
     */
    Lane(Decoder decoder, LogitRows rows, AttentionSpec spec, int[] window, int every) {
        this.window = window;
        this.rows = rows;
        this.reads = new ReadMeter(decoder.kvShape(), IndexReads.of(spec, decoder.kvShape()));
        this.masses = every == 0 ? null : new MassSums((double) window.length / Stretch.COUNT);
        this.sequence = new Sequence(decoder, decoder.attention(spec, listener(decoder, every)));
        this.losses = new double[window.length];
        this.divergences = new double[window.length];
        this.agrees = new boolean[window.length];
    }

    private SelectionListener listener(Decoder decoder, int every) {
        if (masses == null) {
            return reads;
        }
        MassMeter meter =
                new MassMeter(decoder.backend(), decoder.architecture().attention(), every, masses);
        return (input, row, group, selection, scores) -> {
            reads.selected(input, row, group, selection, scores);
            meter.selected(input, row, group, selection, scores);
        };
    }

    /** Reads tokens from..to-1 of the window. */
    void read(int from, int to) {
        sequence.prefill(Arrays.copyOfRange(window, from, to), 0, _ -> {});
    }

    /** Scores the successors of the tokens just read and keeps their distributions. */
    void keep(int from, int to, DenseRows dense) {
        rows.visit(successors(from, to), (row, logits) -> {
            int target = from + row + 1;
            losses[target] = LogSoftmax.normaliser(logits) - logits[window[target]];
            agrees[target] = true;
            dense.keep(row, logits);
        });
    }

    /** Scores the successors of the tokens just read against the dense distributions, where there are any. */
    void score(int from, int to, @Nullable DenseRows dense) {
        rows.visit(successors(from, to), (row, logits) -> {
            int target = from + row + 1;
            double normaliser = LogSoftmax.normaliser(logits);
            losses[target] = normaliser - logits[window[target]];
            divergences[target] = dense == null ? Double.NaN : dense.divergence(row, logits, normaliser);
            agrees[target] = dense != null && Sampler.argmax(logits) == dense.likeliest(row);
        });
    }

    /** The last token of a window has no successor. */
    private int successors(int from, int to) {
        return Math.min(to, window.length - 1) - from;
    }

    /** The losses of all tokens, once all are read. */
    double[] losses() {
        return losses;
    }

    /** The score, once all tokens are read. */
    WindowScore finish(double[] denseLosses) {
        Stretch[] stretches = new Stretch[Stretch.COUNT];
        Arrays.fill(stretches, Stretch.NONE);
        for (int i = 1; i < window.length; i++) {
            int at = Stretch.of(i, window.length);
            stretches[at] = stretches[at].plus(new Stretch(
                    1,
                    losses[i],
                    losses[i] * losses[i],
                    losses[i] - denseLosses[i],
                    divergences[i],
                    agrees[i] ? 1 : 0));
        }
        return new WindowScore(List.of(stretches), reads.reads(), masses);
    }

    @Override
    public void close() {
        sequence.close();
    }
}
