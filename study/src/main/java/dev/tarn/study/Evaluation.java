package dev.tarn.study;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.study.cells.Cells;
import dev.tarn.study.eval.TextScores;
import dev.tarn.study.eval.TextStudy;
import dev.tarn.study.tasks.TaskScore;
import dev.tarn.study.tasks.TaskStudy;
import dev.tarn.study.text.TextSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What attentions read and what they lose beside the same model dense: over text, in tasks, and at equal loss. Finished parts are
 * cells, so that an interrupted evaluation goes on where it stopped.
 */
public final class Evaluation {
    private final Decoder decoder;
    private final EvaluationOptions options;
    private final TextStudy text;
    private final @Nullable TaskStudy tasks;

    /**
     * An evaluation of one model.
     *
     * @param texts windows are taken from them, and prompts made
     * @param identity names, in cells, what decides results besides the options: version, model, indexer, arithmetic
     */
    public Evaluation(
            ModelFile model,
            Decoder decoder,
            EvaluationOptions options,
            List<TextSource> texts,
            String identity,
            Cells cells,
            StudyListener listener) {
        this.decoder = decoder;
        this.options = options;
        this.text = new TextStudy(model, decoder, options.text(), texts, identity, cells, listener);
        this.tasks = options.tasks() == null
                ? null
                : new TaskStudy(model, decoder, options.tasks(), texts, identity, cells, listener);
    }

    /**
     * Checks that all parts can be run, then runs them.
     *
     * @throws StudyException where texts, lengths and the model's context do not go together
     */
    public EvaluationResult run() {
        check();
        List<EvaluationRow> rows = new ArrayList<>();
        for (int context : options.text().contexts()) {
            rows.addAll(rows(context));
        }
        List<EqualRow> byPerplexity = new ArrayList<>();
        List<EqualRow> byAnswers = new ArrayList<>();
        EqualStudy equal = new EqualStudy(decoder, text, tasks, options.text().attentions());
        for (int context : options.text().contexts()) {
            if (!options.equalFidelity().isEmpty()) {
                byPerplexity.addAll(equal.byPerplexity(options.equalFidelity(), context));
            }
            if (!options.equalNeedles().isEmpty()) {
                byAnswers.addAll(equal.byAnswers(options.equalNeedles(), context));
            }
        }
        return new EvaluationResult(rows, byPerplexity, byAnswers, names());
    }

    private void check() {
        options.text().attentions().forEach(this::resolved);
        if (readsText() || !options.equalNeedles().isEmpty()) {
            text.check();
        }
        if (tasks != null) {
            options.text().contexts().forEach(tasks::check);
        }
    }

    private boolean readsText() {
        return options.overText() || !options.equalFidelity().isEmpty();
    }

    private List<String> names() {
        return readsText()
                ? options.text().contexts().stream()
                        .flatMap(context -> text.textNames(context).stream())
                        .distinct()
                        .toList()
                : List.of();
    }

    private List<EvaluationRow> rows(int context) {
        List<AttentionSpec> specs = options.text().attentions();
        @Nullable List<TextScores> scores = options.overText() ? text.run(context) : null;
        @Nullable List<Map<String, TaskScore>> answers = tasks == null ? null : tasks.run(context, specs);
        List<EvaluationRow> rows = new ArrayList<>();
        for (int i = 0; i < specs.size(); i++) {
            rows.add(new EvaluationRow(
                    resolved(specs.get(i)),
                    context,
                    scores == null ? null : scores.get(i),
                    answers == null ? null : answers.get(i)));
        }
        return rows;
    }

    private String resolved(AttentionSpec spec) {
        return decoder.attention(spec, SelectionListener.NONE).spec().toString();
    }
}
