package dev.tarn.cli.commands;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.cli.command.TarnCommand;
import dev.tarn.cli.command.Version;
import dev.tarn.cli.files.OutputFile;
import dev.tarn.cli.files.OutputFolder;
import dev.tarn.cli.json.JsonDocument;
import dev.tarn.cli.machine.Machine;
import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.reserve.ReserveListener;
import dev.tarn.sim.report.HtmlReport;
import dev.tarn.study.Evaluation;
import dev.tarn.study.EvaluationOptions;
import dev.tarn.study.EvaluationResult;
import dev.tarn.study.EvaluationRow;
import dev.tarn.study.cells.CellFolder;
import dev.tarn.study.cells.Cells;
import dev.tarn.study.eval.EvalOptions;
import dev.tarn.study.report.EvaluationReport;
import dev.tarn.study.tasks.TaskOptions;
import dev.tarn.study.text.TextSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tarn eval}: what attentions read, and what they lose beside the same model dense. */
public final class EvalCommand extends TarnCommand {
    @Mixin
    private final ModelOptions modelOptions = new ModelOptions(Precision.FAST);

    @Mixin
    private final KvFlags kv = new KvFlags();

    @Mixin
    private final PrefixFlags prefix = new PrefixFlags();

    @Option(names = "--attention", paramLabel = "SPEC,...", description = "Attentions to evaluate.")
    private List<String> attentions = List.of("dense");

    @Option(
            names = "--context",
            split = ",",
            paramLabel = "N,...",
            description = "Tokens of a window, and of a task's prompt with its answer.")
    private List<Integer> contexts = List.of(512);

    @Option(
            names = "--text",
            arity = "1..*",
            paramLabel = "FILE|DIR",
            description = "Text files or folders of .txt files; by default the books that travel with Tarn.")
    private List<Path> texts = List.of();

    @Option(
            names = "--windows",
            paramLabel = "N",
            description = "Read at most N windows: the first of every text, then the second, ...")
    private int windows = 16;

    @Option(
            names = "--sample",
            paramLabel = "N",
            description = "Measure attention mass at every N-th position; by default at about 128 of a window.")
    private int sample;

    @Option(
            names = "--tasks",
            split = ",",
            paramLabel = "TASK,...",
            description =
                    "Ask generated questions: needle, multineedle, kv, variables, words, frequent. Without --text, nothing else.")
    private List<String> tasks = List.of();

    @Option(names = "--items", paramLabel = "N", description = "Questions of each task at each length.")
    private int items = 50;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the tasks' prompts.")
    private long seed;

    @Option(
            names = "--equal-fidelity",
            split = ",",
            paramLabel = "X,...",
            description = "Set each attention's knob (k, eps, mu, tau) so that perplexity is dense perplexity / X.")
    private List<Double> equalFidelity = List.of();

    @Option(
            names = "--equal-needles",
            split = ",",
            paramLabel = "X,...",
            description = "Set it so that X of dense's answers are right, in the tasks given or in needle.")
    private List<Double> equalNeedles = List.of();

    @Option(names = "--report", paramLabel = "FILE", description = "Write an HTML report.")
    private @Nullable OutputFile report;

    @Option(
            names = "--resume",
            paramLabel = "DIR",
            description = "Keep finished parts in this folder, and go on from what it holds.")
    private @Nullable OutputFolder resume;

    @Option(
            names = "--make-budgets",
            paramLabel = "FILE",
            description =
                    "Evaluate nothing, but write the budgets=FILE and masses=FILE of specs: the k of the attention given,"
                            + " shared out so that an entry more buys the same mass in every layer, and the layers' usual masses.")
    private @Nullable OutputFile makeBudgets;

    @Override
    protected void run(CommandContext context) {
        EvaluationOptions options = options();
        List<TextSource> sources = sources();
        kv.check();
        prefix.check();
        if (makeBudgets != null) {
            new BudgetsMaker(makeBudgets, options.text(), sources).run(context, modelOptions);
            return;
        }
        if (report != null) {
            report.check();
        }
        Cells cells = cells(context);
        boolean indexed = options.text().attentions().stream().anyMatch(AttentionSpec::needsIndexer);
        try (ModelSession session = modelOptions.open(indexed, context.console())) {
            kv.apply(session, 1, seed, ReserveListener.NONE);
            prefix.apply(session, kv.inFiles(), context.console());
            EvaluationResult result;
            try (ProgressListener progress = new ProgressListener(context)) {
                result = new Evaluation(
                                session.model(),
                                session.decoder(),
                                options,
                                sources,
                                session.identity(Version.read()),
                                cells,
                                progress)
                        .run();
            }
            List<String> names = result.texts().isEmpty()
                    ? sources.stream().map(TextSource::name).toList()
                    : result.texts();
            if (report != null) {
                HtmlReport.write(
                        report.path(), EvaluationReport.of(result, configuration(context, session, result, names)));
            }
            show(context, session, result, names);
        }
    }

    private EvaluationOptions options() {
        return Parsed.option("eval", () -> {
            List<String> asked = tasks.isEmpty() && !equalNeedles.isEmpty() ? List.of("needle") : tasks;
            boolean overText = !texts.isEmpty() || asked.isEmpty();
            return new EvaluationOptions(
                    new EvalOptions(
                            Parsed.attentions("--attention", attentions),
                            contexts,
                            windows,
                            sample,
                            Machine.memory() / 2),
                    overText,
                    asked.isEmpty() ? null : new TaskOptions(asked, items, seed),
                    equalFidelity,
                    equalNeedles);
        });
    }

    private List<TextSource> sources() {
        return texts.isEmpty()
                ? new TextOptions().read()
                : texts.stream().flatMap(path -> TextSource.read(path).stream()).toList();
    }

    private Cells cells(CommandContext context) {
        if (resume == null) {
            return new Cells();
        }
        resume.prepare();
        return new Cells(
                new CellFolder(resume.path(), line -> context.console().err().println("tarn: eval: warning: " + line)));
    }

    private void show(CommandContext context, ModelSession session, EvaluationResult result, List<String> names) {
        if (context.json()) {
            document(context, session, result, names).printTo(context.console());
            return;
        }
        Machine machine = Machine.read(session.backend().vectorBits());
        context.console()
                .out()
                .println(session.model().name() + " over " + String.join(", ", names) + "; seed " + seed + "; "
                        + session.backend().describe() + ", " + machine.cpu());
        EvalTables.print(context.console(), result);
    }

    private static JsonDocument document(
            CommandContext context, ModelSession session, EvaluationResult result, List<String> names) {
        JsonDocument document = context.document()
                .model(session.model().name(), session.model().sha256())
                .config("text", names)
                .config("attention", resolved(result))
                .put("results", result.rows());
        boolean timed =
                !result.equalFidelity().isEmpty() || !result.equalNeedles().isEmpty();
        if (timed) {
            document.machine(Machine.read(session.backend().vectorBits()));
        }
        if (!result.equalFidelity().isEmpty()) {
            document.put("equal_fidelity", result.equalFidelity());
        }
        if (!result.equalNeedles().isEmpty()) {
            document.put("equal_needles", result.equalNeedles());
        }
        KvFields.put(document, session.decoder());
        return PrefixFlags.put(document, session.decoder());
    }

    private static List<String> resolved(EvaluationResult result) {
        return result.rows().stream().map(EvaluationRow::attention).distinct().toList();
    }

    private static Map<String, String> configuration(
            CommandContext context, ModelSession session, EvaluationResult result, List<String> names) {
        Map<String, String> facts = session.facts(context.options());
        facts.put("--text", String.join(", ", names));
        facts.put("--attention", String.join(", ", resolved(result)));
        return new TreeMap<>(facts);
    }
}
