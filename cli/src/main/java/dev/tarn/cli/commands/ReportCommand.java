package dev.tarn.cli.commands;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.cli.command.TarnCommand;
import dev.tarn.cli.failure.UsageException;
import dev.tarn.cli.files.OutputFile;
import dev.tarn.sim.analysis.Analyzer;
import dev.tarn.sim.report.HtmlReport;
import dev.tarn.study.access.AccessResult;
import dev.tarn.study.access.AccessStudy;
import dev.tarn.study.access.ReserveOptions;
import dev.tarn.study.report.StudyReport;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tarn report}: the pictures of a trace. */
public final class ReportCommand extends TarnCommand {
    @Mixin
    private final ReserveFlags reserve = new ReserveFlags();

    @Option(names = "--trace", paramLabel = "FILE", description = "The trace (Parquet).")
    private @Nullable Path trace;

    @Option(names = "--page", paramLabel = "N", description = "Tokens of a page, for page utilisation.")
    private int page = Analyzer.DEFAULT_PAGE;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of policies that draw.")
    private long seed;

    @Option(names = "--out", paramLabel = "FILE", description = "The HTML file to write.")
    private OutputFile out = OutputFile.of("report.html");

    @Override
    protected void run(CommandContext context) {
        if (trace == null) {
            throw new UsageException("--trace FILE is missing; name the trace to draw");
        }
        out.check();
        Path file = trace;
        if (page < 1) {
            throw new UsageException("--page is " + page + "; give 1 or more");
        }
        ReserveOptions options = Parsed.option("report", () -> reserve.options(seed));
        AccessResult result;
        try (ProgressListener progress = new ProgressListener(context)) {
            result = AccessStudy.run(file, page, options, progress);
        }
        Map<String, String> facts = new TreeMap<>();
        context.options().forEach((name, value) -> facts.put("--" + name.replace('_', '-'), value.toString()));
        facts.put("model", result.trace().metadata().model());
        facts.put("attention", result.trace().metadata().attention());
        HtmlReport.write(out.path(), StudyReport.ofTrace(result, options, facts));
        if (context.json()) {
            AnalyzeCommand.describe(context.document(), result.trace().metadata())
                    .printTo(context.console());
        } else {
            context.console().out().println(out.path() + " written");
        }
    }
}
