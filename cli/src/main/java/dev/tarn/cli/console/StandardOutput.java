package dev.tarn.cli.console;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Standard output that does not swallow errors. {@link java.io.PrintStream} only sets a flag when a write fails, so a full disk
 * would pass for success and a closed pipe for a reader; unchecked exceptions get through it.
 */
final class StandardOutput extends OutputStream {
    private final OutputStream target;

    StandardOutput(OutputStream target) {
        this.target = target;
    }

    @Override
    public void write(int value) {
        checked(() -> target.write(value));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        checked(() -> target.write(bytes, offset, length));
    }

    @Override
    public void flush() {
        checked(target::flush);
    }

    private static void checked(Action action) {
        try {
            action.run();
        } catch (IOException e) {
            var reason = String.valueOf(e.getMessage());
            if (reason.contains("Broken pipe") || reason.contains("Connection reset")) {
                throw new OutputClosedException(e);
            }
            throw new UncheckedIOException(new IOException("cannot write to standard output: " + reason, e));
        }
    }

    private interface Action {
        void run() throws IOException;
    }
}
