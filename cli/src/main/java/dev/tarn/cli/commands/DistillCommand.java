package dev.tarn.cli.commands;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.cli.command.TarnCommand;
import dev.tarn.cli.console.Console;
import dev.tarn.cli.console.TextTable;
import dev.tarn.cli.console.Units;
import dev.tarn.cli.failure.UsageException;
import dev.tarn.cli.files.OutputFile;
import dev.tarn.cli.json.JsonDocument;
import dev.tarn.engine.compute.cpu.KernelProvider;
import dev.tarn.engine.compute.cpu.Kernels;
import dev.tarn.engine.model.ModelLocator;
import dev.tarn.study.EvaluationResult;
import dev.tarn.study.EvaluationRow;
import dev.tarn.study.distill.DistillOptions;
import dev.tarn.study.distill.Distillation;
import dev.tarn.study.distill.report.RecallReport;
import dev.tarn.study.distill.training.TrainedIndexer;
import dev.tarn.study.text.TextSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tarn distill}: train a lightning indexer for a dense model. */
public final class DistillCommand extends TarnCommand {
    private static final Path HELD_OUT = Path.of("text");

    @Mixin
    private final BackboneOptions backbone = new BackboneOptions();

    @Option(
            names = "--text",
            paramLabel = "FILE|DIR",
            description = "Texts to train on: a file or a folder of .txt files.")
    private @Nullable Path text;

    @Option(
            names = "--held-out",
            paramLabel = "FILE|DIR",
            description = "Texts to report on; by default the books that travel with Tarn.")
    private @Nullable Path heldOut;

    @Option(names = "--out", paramLabel = "FILE", description = "The indexer to write (.safetensors).")
    private @Nullable OutputFile out;

    @Mixin
    private final DistillFlags flags = new DistillFlags();

    @Option(names = "--resume", description = "Continue from OUT.checkpoint, which an interrupted run left.")
    private boolean resume;

    @Option(names = "--report", description = "Measure perplexity and needles too (long).")
    private boolean report;

    @Override
    protected void run(CommandContext context) {
        if (out == null || !out.path().toString().endsWith(".safetensors")) {
            throw new UsageException("--out FILE.safetensors is missing; name the indexer to write");
        }
        if (text == null) {
            throw new UsageException("--text FILE|DIR is missing; give books to train on, of 500 KB and more together");
        }
        out.check();
        List<TextSource> texts = TextSource.read(text);
        List<TextSource> others = TextSource.read(heldOut == null ? ModelLocator.embedded(HELD_OUT) : heldOut);
        long start = System.nanoTime();
        try (ModelSession session = backbone.open()) {
            Outcome outcome = distill(context, session, texts, others);
            double seconds = (System.nanoTime() - start) * 1e-9;
            if (context.json()) {
                document(session.describe(context.document()), outcome, seconds).printTo(context.console());
            } else {
                show(context.console(), outcome, seconds);
            }
        }
    }

    /** What a run gave. */
    private record Outcome(
            Path path, TrainedIndexer trained, boolean shortened, RecallReport recall, List<EvaluationRow> full) {}

    private Outcome distill(
            CommandContext context, ModelSession session, List<TextSource> texts, List<TextSource> others) {
        DistillOptions options = flags.read(backbone.threads(), session.model().architecture());
        Kernels kernels = KernelProvider.select();
        Path path = Objects.requireNonNull(out).path();
        try (DistillProgress progress = new DistillProgress(context);
                Distillation run = Parsed.option(
                        "distill",
                        () -> new Distillation(
                                session.model(),
                                session.decoder(),
                                kernels,
                                texts,
                                options,
                                flags.type,
                                path,
                                progress))) {
            TrainedIndexer trained = train(context, run);
            RecallReport recall = run.report(kernels, trained, others);
            return new Outcome(path, trained, run.shortened(), recall, report ? run.fullReport(others) : List.of());
        }
    }

    /** An interrupted run leaves the indexer as it is then, and a checkpoint. */
    private TrainedIndexer train(CommandContext context, Distillation run) {
        if (resume) {
            run.resume();
        }
        Runnable save = run::save;
        context.cleanup().add(save);
        try {
            TrainedIndexer trained = run.train();
            run.finish();
            return trained;
        } finally {
            context.cleanup().remove(save);
        }
    }

    private static JsonDocument document(JsonDocument document, Outcome outcome, double seconds) {
        TrainedIndexer trained = outcome.trained();
        return document.put("layers", layers(trained))
                .put("steps", trained.steps())
                .put("operations", trained.operations())
                .put("parameters", trained.size())
                .put("index_bytes_per_token", indexBytes(trained))
                .put("loss", trained.meanLoss())
                .put("shortened", outcome.shortened())
                .put("report", outcome.recall().contexts())
                .put("full_report", outcome.full().isEmpty() ? null : outcome.full())
                .put("timing", Map.of("seconds", seconds, "training_seconds", trained.seconds()));
    }

    private static List<Map<String, Object>> layers(TrainedIndexer trained) {
        List<Map<String, Object>> layers = new ArrayList<>();
        for (int i = 0; i < trained.loss().size(); i++) {
            Map<String, Object> layer = new LinkedHashMap<>();
            layer.put("layer", trained.plan().indexed().get(i));
            layer.put("loss", trained.loss().get(i));
            layers.add(layer);
        }
        return layers;
    }

    private static long indexBytes(TrainedIndexer trained) {
        return (long) Float.BYTES * trained.shape().dim() * trained.parameters().size();
    }

    private static void show(Console console, Outcome outcome, double seconds) {
        TrainedIndexer trained = outcome.trained();
        for (RecallReport.Context context : outcome.recall().contexts()) {
            console.out()
                    .println("share of dense attention mass inside the selection, " + context.context()
                            + " tokens of held-out text");
            table(context).printTo(console);
        }
        if (!outcome.full().isEmpty()) {
            EvalTables.print(console, new EvaluationResult(outcome.full(), List.of(), List.of(), List.of()));
        }
        console.out()
                .printf(
                        "%s: %d indexers, %s parameters, %d bytes of index keys per token; %d steps, %s operations, %.1f"
                                + " minutes%n",
                        outcome.path(),
                        trained.parameters().size(),
                        Units.si((double) trained.size()),
                        indexBytes(trained),
                        trained.steps(),
                        Units.si(trained.operations()),
                        seconds / 60);
    }

    private static TextTable table(RecallReport.Context context) {
        List<String> rankings = context.results().stream()
                .map(RecallReport.Result::ranking)
                .distinct()
                .toList();
        TextTable table = new TextTable().numbers("k");
        rankings.forEach(table::numbers);
        context.results().stream().map(RecallReport.Result::k).distinct().forEach(k -> {
            List<Object> row = new ArrayList<>(List.of(k));
            context.results().stream()
                    .filter(result -> result.k() == k)
                    .forEach(result -> row.add(Units.fixed(result.recall(), 4)));
            table.row(row.toArray());
        });
        return table;
    }
}
