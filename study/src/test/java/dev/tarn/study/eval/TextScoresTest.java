package dev.tarn.study.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.engine.attention.AttentionSpecs;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.study.StudyException;
import dev.tarn.study.Tiny;
import dev.tarn.study.cells.Cells;
import dev.tarn.study.text.TextSource;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TextScoresTest {
    private static final int CONTEXT = 300;
    private static final int WINDOWS = 2;
    private static final String SPECS = "dsa:k=24,dense,random:k=8,window:k=24";
    private static Tiny tiny;
    private static List<TextScores> scores;

    @BeforeAll
    static void open() {
        tiny = new Tiny(1);
        scores = study(SPECS, Long.MAX_VALUE, new Cells()).run(CONTEXT);
    }

    @AfterAll
    static void close() {
        tiny.close();
    }

    private static TextSource text() {
        TextSource book = Tiny.books().get(1);
        return new TextSource(book.name(), book.content().substring(0, 6000));
    }

    private static TextStudy study(String specs, long cacheBytes, Cells cells) {
        EvalOptions options =
                new EvalOptions(AttentionSpecs.parseList(specs), List.of(CONTEXT), WINDOWS, 10, cacheBytes);
        return new TextStudy(tiny.model, tiny.decoder, options, List.of(text()), "test", cells, new Tiny.Progress());
    }

    /** One token at a time, each loss from its own logits. */
    private static double[] losses(String spec, int[] window) {
        double[] losses = new double[window.length];
        float[] logits = new float[tiny.decoder.architecture().vocabulary()];
        try (Sequence sequence = new Sequence(tiny.decoder, tiny.attention(spec))) {
            for (int i = 0; i + 1 < window.length; i++) {
                sequence.decode(window[i]);
                sequence.readLogits(logits);
                double sum = 0;
                for (float logit : logits) {
                    sum += Math.exp(logit);
                }
                losses[i + 1] = Math.log(sum) - logits[window[i + 1]];
            }
        }
        return losses;
    }

    @Test
    void perplexities_areThoseOfTokensReadOneByOne() {
        int[] tokens = tiny.tokenizer().encodeWithBos(text().content(), false);
        double all = 0;
        double half = 0;
        double excess = 0;
        for (int w = 0; w < WINDOWS; w++) {
            int[] window = Arrays.copyOfRange(tokens, w * CONTEXT, (w + 1) * CONTEXT);
            window[0] = tiny.tokenizer().bos();
            double[] dense = losses("dense", window);
            double[] sparse = losses("dsa:k=24", window);
            for (int i = 1; i < CONTEXT; i++) {
                all += sparse[i];
                half += i > CONTEXT / 2 ? sparse[i] : 0;
                excess += sparse[i] - dense[i];
            }
        }
        int n = WINDOWS * (CONTEXT - 1);
        TextScores dsa = scores.getFirst();
        assertThat(dsa.perplexity()).isCloseTo(Math.exp(all / n), within(2e-3 * dsa.perplexity()));
        assertThat(dsa.perplexitySecondHalf())
                .isCloseTo(Math.exp(half / (WINDOWS * (CONTEXT / 2 - 1))), within(2e-3 * dsa.perplexitySecondHalf()));
        assertThat(dsa.perplexityRatio()).isCloseTo(Math.exp(excess / n), within(2e-3));
    }

    @Test
    void dense_besideItself_losesExactlyNothing() {
        TextScores dense = scores.get(1);
        assertThat(dense.perplexityRatio()).isEqualTo(1);
        assertThat(dense.perplexityRatioSe()).isZero();
        assertThat(dense.kl()).isZero();
        assertThat(dense.top1()).isEqualTo(1);
        assertThat(dense.recall()).isEqualTo(1);
        assertThat(dense.outputError()).isZero();
        assertThat(dense.budget().mean()).isEqualTo((CONTEXT + 1) / 2.0);
        assertThat(dense.budget().p95()).isEqualTo(CONTEXT * 0.95);
        assertThat(dense.indexBytesPerToken()).isZero();
    }

    @Test
    void sparse_losesMoreWithAWorseRanking_andReadsItsBudget() {
        TextScores dsa = scores.get(0);
        TextScores random = scores.get(2);
        assertThat(random.perplexityRatio()).isGreaterThan(2 * dsa.perplexityRatio());
        assertThat(random.kl()).isGreaterThan(dsa.kl()).isGreaterThan(0.1);
        assertThat(random.top1()).isLessThan(dsa.top1());
        assertThat(random.recall()).isLessThan(dsa.recall());
        double mean = (24 * 25 / 2.0 + 24.0 * (CONTEXT - 24)) / CONTEXT;
        assertThat(dsa.budget().mean()).isCloseTo(mean, within(1e-9));
        assertThat(dsa.budget().p95()).isEqualTo(24);
        assertThat(dsa.steps().p50()).isEqualTo(24);
        long entry = tiny.decoder.kvShape().entryBytes();
        assertThat(dsa.kvBytesPerToken()).isCloseTo(8 * entry * mean, within(1e-6));
        double scored = (CONTEXT * (CONTEXT + 1) / 2.0 - 24 * 25 / 2.0) / CONTEXT;
        assertThat(dsa.indexBytesPerToken())
                .isCloseTo(8 * tiny.decoder.kvShape().indexBytes() * scored, within(1e-6));
        assertThat(dsa.layers()).hasSize(8);
        assertThat(dsa.buckets()).hasSize(8);
        assertThat(dsa.buckets().getFirst().from()).isEqualTo(1);
        assertThat(dsa.buckets().getLast().to()).isEqualTo(CONTEXT - 1);
        assertThat(dsa.perplexityRatioSe()).isPositive();
        assertThat(dsa.psa()).isNull();
    }

    @Test
    void scores_doNotDependOnWhoIsReadBeside() {
        assertThat(study(SPECS, 1, new Cells()).run(CONTEXT)).isEqualTo(scores);
        assertThat(study("window:k=24", Long.MAX_VALUE, new Cells())
                        .run(CONTEXT)
                        .getFirst())
                .isEqualTo(scores.get(3));
    }

    @Test
    void losses_alone_areThoseOfTheWholeEvaluation() {
        Cells cells = new Cells();
        TextScores alone = study("dense", Long.MAX_VALUE, cells).losses(CONTEXT, AttentionSpecs.parse("dsa:k=24"));
        assertThat(alone.perplexityRatio()).isEqualTo(scores.getFirst().perplexityRatio());
        assertThat(alone.budget()).isEqualTo(scores.getFirst().budget());
        assertThat(alone.kl()).isNaN();
        assertThat(alone.recall()).isNaN();
    }

    @Test
    void knownCells_areNotComputedAgain() {
        Cells cells = new Cells();
        study(SPECS, Long.MAX_VALUE, cells).run(CONTEXT);
        Tiny.Progress progress = new Tiny.Progress();
        tiny.decoder.architecture();
        EvalOptions options =
                new EvalOptions(AttentionSpecs.parseList(SPECS), List.of(CONTEXT), WINDOWS, 10, Long.MAX_VALUE);
        TextStudy again = new TextStudy(tiny.model, tiny.decoder, options, List.of(text()), "test", cells, progress);
        assertThat(again.run(CONTEXT)).isEqualTo(scores);
        assertThat(progress.totals).isEqualTo(progress.done);
    }

    @Test
    void windows_ofSeveralTexts_areTakenInTurn() {
        List<TextSource> texts = List.of(
                new TextSource("long", text().content()),
                new TextSource("short", text().content().substring(0, 1600)));
        assertThat(TextWindow.cut(texts, tiny.tokenizer(), CONTEXT, 4))
                .extracting(TextWindow::text)
                .containsExactly("long", "short", "long", "long");
        assertThatThrownBy(() -> TextWindow.cut(texts, tiny.tokenizer(), 5000, 4))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("fewer than one window of 5000");
    }
}
