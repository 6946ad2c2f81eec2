package dev.tarn.study;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.model.Decoder;
import dev.tarn.study.eval.TextScores;
import dev.tarn.study.eval.TextStudy;
import dev.tarn.study.meter.DecodeTimer;
import dev.tarn.study.search.Knob;
import dev.tarn.study.search.ThresholdSearch;
import dev.tarn.study.search.ThresholdSearch.Found;
import dev.tarn.study.search.ThresholdSearch.Probe;
import dev.tarn.study.tasks.TaskScore;
import dev.tarn.study.tasks.TaskStudy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The papers' comparison: each attention's knob is set so that all lose the same, and what they then read is put side by side. */
final class EqualStudy {
    private final Decoder decoder;
    private final TextStudy text;
    private final @Nullable TaskStudy tasks;
    private final List<AttentionSpec> specs;
    private final DecodeTimer timer;

    EqualStudy(Decoder decoder, TextStudy text, @Nullable TaskStudy tasks, List<AttentionSpec> specs) {
        this.decoder = decoder;
        this.text = text;
        this.tasks = tasks;
        this.specs = specs.stream().distinct().toList();
        this.timer = new DecodeTimer(decoder.architecture().vocabulary());
    }

    /** One setting of one attention: by text or by tasks. */
    private record Outcome(
            AttentionSpec spec,
            @Nullable TextScores text,
            @Nullable TaskScore tasks) {}

    /** How settings are measured, and when they are good enough. */
    private record Measure(
            Function<List<AttentionSpec>, List<Outcome>> outcomes,
            ToDoubleFunction<Outcome> loss,
            DoubleUnaryOperator limit,
            boolean smooth) {}

    /** One attention's search; it has no knob, or remembers what was tried. */
    private record Tuned(AttentionSpec spec, @Nullable Knob knob, ThresholdSearch<Outcome> search) {}

    /** By perplexity: at most dense perplexity divided by the target. */
    List<EqualRow> byPerplexity(List<Double> targets, int context) {
        Measure measure = new Measure(
                settings -> settings.stream()
                        .map(spec -> new Outcome(spec, text.losses(context, spec), null))
                        .toList(),
                outcome -> ratio(outcome) - 1,
                target -> 1 / target - 1,
                true);
        Outcome dense = measure.outcomes.apply(List.of(AttentionSpec.DENSE)).getFirst();
        return rows(targets, context, dense, measure);
    }

    /** By answers: at least the target's share of dense's right ones, all tasks together. */
    List<EqualRow> byAnswers(List<Double> targets, int context) {
        Outcome dense = answers(context, List.of(AttentionSpec.DENSE)).getFirst();
        double denseRate = rate(dense);
        Measure measure = new Measure(
                settings -> answers(context, settings),
                outcome -> denseRate - rate(outcome),
                target -> denseRate * (1 - target),
                false);
        return rows(targets, context, dense, measure);
    }

    /** Settings of one round are asked together, so that each context is read once for all of them. */
    private List<Outcome> answers(int context, List<AttentionSpec> settings) {
        List<Map<String, TaskScore>> scores = Objects.requireNonNull(tasks).run(context, settings);
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < settings.size(); i++) {
            outcomes.add(new Outcome(
                    settings.get(i), null, TaskScore.pooled(scores.get(i).values())));
        }
        return outcomes;
    }

    private static double ratio(Outcome outcome) {
        return outcome.text == null ? Double.NaN : outcome.text.perplexityRatio();
    }

    private static double rate(Outcome outcome) {
        return outcome.tasks == null ? Double.NaN : outcome.tasks.rate();
    }

    private List<EqualRow> rows(List<Double> targets, int context, Outcome dense, Measure measure) {
        List<Tuned> all = specs.stream()
                .map(spec -> tuned(spec, Knob.of(spec), context, measure.smooth))
                .toList();
        List<EqualRow> rows = new ArrayList<>();
        try (Sequence read = new Sequence(decoder, decoder.attention(AttentionSpec.DENSE, SelectionListener.NONE))) {
            int[] window = text.firstWindow(context);
            read.prefill(window, Integer.MAX_VALUE, _ -> {});
            for (double target : targets) {
                double limit = measure.limit.applyAsDouble(target);
                search(all, limit, measure);
                for (Tuned tuned : all) {
                    Found<Outcome> found = tuned.search.found();
                    double speed = speed(read, window, context, found.best().result().spec);
                    rows.add(row(target, context, tuned, found, dense, speed));
                }
            }
        }
        return rows;
    }

    private static Tuned tuned(AttentionSpec spec, @Nullable Knob knob, int context, boolean smooth) {
        ThresholdSearch<Outcome> search = knob == null
                ? new ThresholdSearch<>(0, 0, 0, smooth)
                : new ThresholdSearch<>(knob.least(), knob.most(context), knob.x(), smooth);
        return new Tuned(spec, knob, search);
    }

    private static void search(List<Tuned> all, double limit, Measure measure) {
        all.forEach(tuned -> tuned.search.aim(limit));
        while (true) {
            Map<Tuned, Double> places = new LinkedHashMap<>();
            for (Tuned tuned : all) {
                if (tuned.knob == null) {
                    if (tuned.search.probes().isEmpty()) {
                        places.put(tuned, 0.0);
                    }
                } else {
                    tuned.search.next().ifPresent(x -> places.put(tuned, x));
                }
            }
            if (places.isEmpty()) {
                return;
            }
            List<AttentionSpec> settings = new ArrayList<>();
            places.forEach((tuned, x) -> settings.add(tuned.knob == null ? tuned.spec : tuned.knob.specAt(x)));
            List<Outcome> outcomes = measure.outcomes.apply(settings);
            int i = 0;
            for (Map.Entry<Tuned, Double> place : places.entrySet()) {
                Outcome outcome = outcomes.get(i++);
                place.getKey().search.add(new Probe<>(place.getValue(), measure.loss.applyAsDouble(outcome), outcome));
            }
        }
    }

    private double speed(Sequence read, int[] window, int context, AttentionSpec spec) {
        return timer.time(read, window, context, decoder.attention(spec, SelectionListener.NONE))
                .tokensPerSecond();
    }

    private static List<EqualRow.Tried> tried(Tuned tuned) {
        Knob knob = tuned.knob;
        return knob == null
                ? List.of()
                : tuned.search.probes().stream()
                        .map(p -> new EqualRow.Tried(knob.at(p.x()), ratio(p.result()), rate(p.result())))
                        .toList();
    }

    private EqualRow row(double target, int context, Tuned tuned, Found<Outcome> found, Outcome dense, double speed) {
        Outcome outcome = found.best().result();
        TextScores scores = outcome.text;
        TaskScore answers = outcome.tasks;
        Read read = Read.of(outcome);
        return new EqualRow(
                target,
                context,
                decoder.attention(outcome.spec, SelectionListener.NONE).spec().toString(),
                tuned.knob == null ? null : tuned.knob.name(),
                tuned.knob == null ? Double.NaN : tuned.knob.at(found.best().x()),
                found.reached(),
                ratio(outcome),
                scores == null ? Double.NaN : scores.perplexityRatioSe(),
                answers == null ? null : answers.right(),
                answers == null ? null : answers.n(),
                dense.tasks == null ? null : dense.tasks.right(),
                read.entries,
                read.kv,
                read.index,
                read.kv + read.index,
                Read.of(dense).kv,
                speed,
                tried(tuned));
    }

    /** What was read per token, by either measure. */
    private record Read(double entries, double kv, double index) {
        static Read of(Outcome outcome) {
            TextScores text = outcome.text;
            if (text != null) {
                return new Read(text.budget().mean(), text.kvBytesPerToken(), text.indexBytesPerToken());
            }
            TaskScore tasks = Objects.requireNonNull(outcome.tasks);
            return new Read(tasks.entries(), tasks.kvBytesPerToken(), tasks.indexBytesPerToken());
        }
    }
}
