package dev.tarn.cli.commands;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.cli.command.TarnCommand;
import dev.tarn.cli.command.Version;
import dev.tarn.cli.failure.UsageException;
import dev.tarn.cli.files.OutputFile;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.Precision;
import dev.tarn.study.access.TraceOptions;
import dev.tarn.study.access.TraceSource;
import dev.tarn.study.access.TraceStudy;
import dev.tarn.study.text.TextSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tarn trace}: a traced run over a text. */
public final class TraceCommand extends TarnCommand {
    @Mixin
    private final ModelOptions modelOptions = new ModelOptions(Precision.FAST);

    @Mixin
    private final TextOptions text = new TextOptions();

    @Option(names = "--attention", paramLabel = "SPEC", description = "How decoded tokens attend.")
    private String attention = "dsa:k=256";

    @Option(names = "--context", paramLabel = "N", description = "Tokens read densely before the first decode step.")
    private int contextTokens = 4096;

    @Option(names = "--steps", paramLabel = "N", description = "Decode steps.")
    private int steps = 512;

    @Option(
            names = "--trace-source",
            paramLabel = "text|greedy",
            description = "Decode what the text says, or what the model would say.")
    private TraceSource source = TraceSource.TEXT;

    @Option(names = "--trace-scores", description = "Record the ranking's scores too.")
    private boolean scores;

    @Option(names = "--out", paramLabel = "FILE", description = "The trace to write (Parquet).")
    private @Nullable OutputFile out;

    @Override
    protected void run(CommandContext context) {
        if (out == null) {
            throw new UsageException("--out FILE is missing; name the trace to write");
        }
        TraceOptions options = Parsed.option(
                "trace",
                () -> new TraceOptions(
                        Parsed.attention("--attention", attention), contextTokens, steps, source, scores));
        out.check();
        TextSource traced = text.read().getFirst();
        try (ModelSession session = modelOptions.open(options.attention().needsIndexer(), context.console())) {
            try (ProgressListener progress = new ProgressListener(context)) {
                new TraceStudy(session.model(), session.decoder(), options)
                        .run(traced, out.path(), Version.read(), progress);
            }
            String resolved = session.decoder()
                    .attention(options.attention(), SelectionListener.NONE)
                    .spec()
                    .toString();
            if (context.json()) {
                context.document()
                        .model(session.model().name(), session.model().sha256())
                        .config("attention", resolved)
                        .put("steps", steps)
                        .put("layers", session.decoder().architecture().layers())
                        .printTo(context.console());
            } else {
                context.console()
                        .out()
                        .println(out.path() + ": " + steps + " steps after " + contextTokens + " tokens of "
                                + traced.name() + ", " + resolved);
            }
        }
    }
}
