package dev.tarn.study.distill;

import dev.tarn.engine.attention.AttentionSpecs;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.study.Evaluation;
import dev.tarn.study.EvaluationOptions;
import dev.tarn.study.EvaluationRow;
import dev.tarn.study.StudyListener;
import dev.tarn.study.cells.Cells;
import dev.tarn.study.eval.EvalOptions;
import dev.tarn.study.tasks.TaskOptions;
import dev.tarn.study.text.TextSource;
import java.util.List;

/** The long report: what the finished indexer does in the engine, beside dense attention and the oracle, as {@code eval} measures. */
final class FullReport {
    private static final String ATTENTIONS =
            "dense,dsa:k=64,dsa:k=256,dsa:k=512,oracle:k=256,quest:k=256,window:k=256,random:k=256";
    private static final List<String> TASKS = List.of("needle", "multineedle", "kv", "variables");
    private static final int WINDOWS = 3;
    private static final int ITEMS = 50;
    private static final long CACHE_BYTES = 4L << 30;

    private FullReport() {}

    /**
     * Measures perplexity, mass and tasks.
     *
     * @param decoder of the model with the indexer
     * @param longest the longest context; a quarter of it is measured too
     */
    static List<EvaluationRow> measure(
            ModelFile model,
            Decoder decoder,
            List<TextSource> heldOut,
            int longest,
            long seed,
            StudyListener listener) {
        EvalOptions text = new EvalOptions(
                AttentionSpecs.parseList(ATTENTIONS), List.of(longest / 4, longest), WINDOWS, 0, CACHE_BYTES);
        EvaluationOptions options =
                new EvaluationOptions(text, true, new TaskOptions(TASKS, ITEMS, seed), List.of(), List.of());
        return new Evaluation(model, decoder, options, heldOut, "distilled", new Cells(), listener)
                .run()
                .rows();
    }
}
