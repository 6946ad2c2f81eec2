package dev.tarn.cli.commands;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.cli.command.TarnCommand;
import dev.tarn.cli.failure.UsageException;
import dev.tarn.cli.json.JsonDocument;
import dev.tarn.sim.access.TraceLoader;
import dev.tarn.sim.analysis.AnalysisReport;
import dev.tarn.sim.analysis.Analyzer;
import dev.tarn.trace.TraceMetadata;
import dev.tarn.trace.TraceReader;
import dev.tarn.trace.Traces;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code tarn analyze}: the six access metrics of a trace. */
public final class AnalyzeCommand extends TarnCommand {
    @Option(names = "--trace", paramLabel = "FILE", description = "The trace (Parquet).")
    private @Nullable Path trace;

    @Option(names = "--page", paramLabel = "N", description = "Tokens of a page, for page utilisation.")
    private int page = Analyzer.DEFAULT_PAGE;

    @Override
    protected void run(CommandContext context) {
        if (trace == null) {
            throw new UsageException("--trace FILE is missing; name the trace to analyse");
        }
        if (page < 1) {
            throw new UsageException("--page is " + page + "; give 1 or more");
        }
        try (TraceReader reader = Traces.open(trace)) {
            TraceMetadata metadata = reader.metadata();
            AnalysisReport report = Analyzer.analyze(TraceLoader.load(reader), page);
            if (context.json()) {
                AnalysisFields.put(describe(context.document(), metadata), report)
                        .printTo(context.console());
                return;
            }
            context.console()
                    .out()
                    .println(metadata.model() + ", " + metadata.attention() + ", " + report.batches()
                            + " selections of k = " + report.k() + " (" + report.denseBatches()
                            + " dense ones left out)");
            AnalysisFields.table(report).printTo(context.console());
        }
    }

    /** Adds the traced model and how it attended to a document. */
    static JsonDocument describe(JsonDocument document, TraceMetadata metadata) {
        return document.model(metadata.model(), metadata.more().getOrDefault("model_sha256", "unknown"))
                .put("attention", metadata.attention());
    }
}
