package dev.tarn.cli.commands;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.cli.console.Progress;
import dev.tarn.cli.fetch.FetchListener;
import org.jspecify.annotations.Nullable;

/** Shows a model's parts of work one after the other, in KiB. */
final class FetchProgress implements FetchListener, AutoCloseable {
    private static final int UNIT = 1024;

    private final CommandContext context;
    private final String model;
    private @Nullable Progress current;
    private long rest;

    FetchProgress(CommandContext context, String model) {
        this.context = context;
        this.model = model;
    }

    @Override
    public void begin(String task, long bytes) {
        close();
        rest = 0;
        current = context.progress(model + ": " + task + " (KiB)", bytes / UNIT);
    }

    @Override
    public void advance(long bytes) {
        if (current != null) {
            current.step((rest + bytes) / UNIT);
            rest = (rest + bytes) % UNIT;
        }
    }

    @Override
    public void note(String line) {
        context.console().err().println(line);
    }

    @Override
    public void close() {
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
