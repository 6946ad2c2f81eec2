package dev.tarn.cli.commands;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.cli.command.TarnCommand;
import dev.tarn.cli.command.Version;
import dev.tarn.cli.console.Console;
import dev.tarn.cli.files.AtomicFile;
import dev.tarn.cli.files.OutputFolder;
import dev.tarn.cli.json.JsonDocument;
import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.reserve.ReserveListener;
import dev.tarn.sim.analysis.Analyzer;
import dev.tarn.sim.report.HtmlReport;
import dev.tarn.study.Study;
import dev.tarn.study.StudyOptions;
import dev.tarn.study.StudyResult;
import dev.tarn.study.access.ReserveOptions;
import dev.tarn.study.access.TraceOptions;
import dev.tarn.study.access.TraceSource;
import dev.tarn.study.fidelity.FidelityOptions;
import dev.tarn.study.fidelity.FidelityResult;
import dev.tarn.study.report.StudyReport;
import dev.tarn.study.text.TextSource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tarn study}: the whole story on one model. */
public final class StudyCommand extends TarnCommand {
    @Mixin
    private final ModelOptions modelOptions = new ModelOptions(Precision.FAST);

    @Mixin
    private final TextOptions text = new TextOptions();

    @Mixin
    private final ReserveFlags reserve = new ReserveFlags();

    @Mixin
    private final KvFlags kv = new KvFlags();

    @Mixin
    private final PrefixFlags prefix = new PrefixFlags();

    @Option(names = "--attention", paramLabel = "SPEC,...", description = "Attentions to compare.")
    private List<String> attentions = List.of("dense,dsa:k=64,dsa:k=128,dsa:k=256");

    @Option(
            names = "--context",
            split = ",",
            paramLabel = "N,...",
            description = "Tokens of a prompt, answer included.")
    private List<Integer> contexts = List.of(2048, 4096, 8192);

    @Option(names = "--prompts", paramLabel = "N", description = "Prompts of each length.")
    private int prompts = 5;

    @Option(names = "--needles", paramLabel = "N", description = "Facts planted in each prompt.")
    private int needles = 4;

    @Option(names = "--trace-attention", paramLabel = "SPEC", description = "How the traced tokens attend.")
    private String traceAttention = "dsa:k=256";

    @Option(names = "--trace-context", paramLabel = "N", description = "Tokens read before the first traced step.")
    private int traceContext = 4096;

    @Option(names = "--trace-steps", paramLabel = "N", description = "Traced decode steps.")
    private int traceSteps = 512;

    @Option(
            names = "--trace-source",
            paramLabel = "text|greedy",
            description = "Trace over what the text says, or over what the model would say.")
    private TraceSource traceSource = TraceSource.TEXT;

    @Option(names = "--page", paramLabel = "N", description = "Tokens of a page, for page utilisation.")
    private int page = Analyzer.DEFAULT_PAGE;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the prompts and of policies that draw.")
    private long seed;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for report.html, study.json and trace.parquet.")
    private OutputFolder out = OutputFolder.of("study");

    @Override
    protected void run(CommandContext context) {
        StudyOptions options = options();
        kv.check();
        prefix.check();
        out.prepare();
        List<TextSource> texts = text.read();
        long start = System.nanoTime();
        boolean indexed = Stream.concat(
                        options.fidelity().attentions().stream(),
                        Stream.of(options.trace().attention()))
                .anyMatch(AttentionSpec::needsIndexer);
        try (ModelSession session = modelOptions.open(indexed, context.console())) {
            kv.apply(session, 1, seed, ReserveListener.NONE);
            prefix.apply(session, kv.inFiles(), context.console());
            StudyResult result;
            try (ProgressListener progress = new ProgressListener(context)) {
                result = new Study(session.model(), session.decoder(), texts, options)
                        .run(out.file("trace.parquet").path(), Version.read(), progress);
            }
            double seconds = (System.nanoTime() - start) * 1e-9;
            Map<String, String> configuration = session.facts(context.options());
            HtmlReport.write(out.file("report.html").path(), StudyReport.of(result, options, configuration));
            JsonDocument document = document(context, session, result, texts, seconds);
            write(context, document);
            show(context, document, result, options, seconds);
        }
    }

    private StudyOptions options() {
        return Parsed.option("study", () -> {
            List<AttentionSpec> specs = Parsed.attentions("--attention", attentions);
            TraceOptions trace = new TraceOptions(
                    Parsed.attention("--trace-attention", traceAttention),
                    traceContext,
                    traceSteps,
                    traceSource,
                    false);
            ReserveOptions reservation = reserve.options(seed);
            if (page < 1) {
                throw new IllegalArgumentException("--page is " + page + "; give 1 or more");
            }
            return new StudyOptions(
                    new FidelityOptions(specs, contexts, prompts, needles, seed), trace, reservation, page);
        });
    }

    private JsonDocument document(
            CommandContext context, ModelSession session, StudyResult result, List<TextSource> texts, double seconds) {
        JsonDocument document = session.describe(context.document())
                .config("text", texts.stream().map(TextSource::name).toList())
                .config(
                        "attention",
                        result.fidelity().stream()
                                .map(FidelityResult::attention)
                                .distinct()
                                .toList())
                .config("trace_attention", result.access().trace().metadata().attention())
                .put("results", result.fidelity())
                .put("traced_text", result.tracedText())
                .put("cliff", result.access().cliff())
                .put("simulation", result.access().rows())
                .put("curves", result.access().curves())
                .put("slowdown", SlowdownFields.of(result.access().slowdowns()));
        KvFields.put(document, session.decoder());
        PrefixFlags.put(document, session.decoder());
        return AnalysisFields.put(document, result.access().analysis()).put("timing", Map.of("seconds", seconds));
    }

    private void write(CommandContext context, JsonDocument document) {
        try (AtomicFile file = context.create(out.file("study.json"))) {
            file.write(document.render().getBytes(StandardCharsets.UTF_8));
            file.commit();
        }
    }

    private void show(
            CommandContext context, JsonDocument document, StudyResult result, StudyOptions options, double seconds) {
        if (context.json()) {
            document.printTo(context.console());
            return;
        }
        Console console = context.console();
        StudyTables.print(console, result, options);
        console.out().printf("%nwritten to %s: report.html, study.json, trace.parquet (%.0f s)%n", out.path(), seconds);
    }
}
