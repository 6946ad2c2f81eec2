package dev.tarn.cli.command;

import dev.tarn.cli.console.Console;
import dev.tarn.cli.failure.UsageException;
import dev.tarn.cli.files.Cleanup;

/**
 * What the process lends to the command it runs.
 *
 * @param console where the command speaks
 * @param cleanup what must still happen if the process ends early
 */
public record Invocation(Console console, Cleanup cleanup) implements Runnable {
    /** What {@code tarn} does without a command. */
    @Override
    public void run() {
        throw new UsageException("no command given; see: tarn help");
    }
}
