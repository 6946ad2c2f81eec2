package dev.tarn.cli;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.cli.command.TarnCommand;
import dev.tarn.cli.console.TextTable;
import dev.tarn.cli.failure.UsageException;
import dev.tarn.cli.files.OutputFile;
import dev.tarn.engine.EngineException;
import dev.tarn.trace.TraceException;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command as they are written, to test what all of them share: it fails as asked, or prints and writes what it was given. */
public final class ProbeCommand extends TarnCommand {
    @Option(names = "--fail", description = "How to fail.")
    private String fail = "";

    @Option(names = "--max-tokens", description = "A number.")
    private int maxTokens = 7;

    @Option(names = "--rate", description = "A number that may not exist.")
    private double rate = 0.5;

    @Option(names = "--out", description = "File to write.")
    private @Nullable OutputFile out;

    @Override
    protected void run(CommandContext context) throws Exception {
        failAsAsked();
        try (var progress = context.progress("probing", 3)) {
            progress.step(3);
        }
        if (out != null) {
            try (var file = context.create(out)) {
                file.write(new byte[] {1, 2, 3});
                file.commit();
            }
        }
        if (context.json()) {
            context.document().put("rate", rate).printTo(context.console());
        } else {
            new TextTable()
                    .words("name")
                    .numbers("value")
                    .row("tokens", maxTokens)
                    .printTo(context.console());
        }
    }

    private void failAsAsked() throws Exception {
        switch (fail) {
            case "" -> {}
            case "trace" -> throw new TraceException("a.parquet: row group 2\n is cut off; record it again");
            case "engine" -> throw new ExecutionException(new EngineException("m.gguf: tensor blk.0 is missing"));
            case "usage" -> throw new UsageException("--k must be at least 1, not 0");
            case "io" -> throw new IOException("device gone");
            case "heap" -> throw new OutOfMemoryError("Java heap space");
            case "native" -> throw new OutOfMemoryError("unable to create native thread");
            case "assertion" -> throw new AssertionError("impossible");
            default -> throw new IllegalStateException("unforeseen");
        }
    }
}
