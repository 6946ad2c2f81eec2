package dev.tarn.cli.commands;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.cli.console.Progress;
import dev.tarn.study.StudyListener;
import org.jspecify.annotations.Nullable;

/** Shows the parts of a study, one after the other. */
final class ProgressListener implements StudyListener, AutoCloseable {
    private final CommandContext context;
    private @Nullable Progress current;

    ProgressListener(CommandContext context) {
        this.context = context;
    }

    @Override
    public void begin(String part, long total) {
        close();
        current = context.progress(part, total);
    }

    @Override
    public void advance(long steps) {
        if (current != null) {
            current.step(steps);
        }
    }

    @Override
    public void close() {
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
