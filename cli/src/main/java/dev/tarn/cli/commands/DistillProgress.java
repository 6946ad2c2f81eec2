package dev.tarn.cli.commands;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.study.distill.DistillListener;

/** Shows the parts of a distillation, and lines of its log between. */
final class DistillProgress implements DistillListener, AutoCloseable {
    private final CommandContext context;
    private final ProgressListener parts;

    DistillProgress(CommandContext context) {
        this.context = context;
        this.parts = new ProgressListener(context);
    }

    @Override
    public void say(String line) {
        if (!context.quiet()) {
            context.console().err().println(line);
        }
    }

    @Override
    public void begin(String part, long total) {
        parts.begin(part, total);
    }

    @Override
    public void advance(long steps) {
        parts.advance(steps);
    }

    @Override
    public void close() {
        parts.close();
    }
}
