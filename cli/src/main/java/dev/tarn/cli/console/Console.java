package dev.tarn.cli.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a command speaks: results on standard output, progress and errors on standard error, both in UTF-8.
 *
 * @param out results; buffered, so flush after each streamed piece
 * @param err progress, logs and errors
 * @param outTerminal whether {@code out} is read by a person on a terminal
 * @param errTerminal whether {@code err} is
 * @param columns width of the terminal in characters
 */
public record Console(PrintStream out, PrintStream err, boolean outTerminal, boolean errTerminal, int columns) {
    /** Width used where no terminal says otherwise. */
    public static final int DEFAULT_COLUMNS = 100;

    private static final int NARROWEST = 40;

    /**
     * The console of this process. The launcher says by {@code -Dtarn.terminal=out,err} which streams are terminals (the JDK
     * cannot ask for standard error alone) and by {@code -Dtarn.columns} how wide they are; without it {@link System#console()}
     * is asked.
     */
    public static Console ofProcess() {
        var err = StandardError.open();
        System.setErr(err);
        var out = resultStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 13));
        System.setOut(out);
        var terminal = System.getProperty("tarn.terminal");
        var both = terminal == null
                && Optional.ofNullable(System.console())
                        .filter(java.io.Console::isTerminal)
                        .isPresent();
        return new Console(out, err, says(terminal, "out") || both, says(terminal, "err") || both, processColumns());
    }

    /** A console over the given streams, neither of them a terminal. */
    public static Console of(OutputStream out, OutputStream err) {
        return new Console(resultStream(out), new PrintStream(err, true, UTF_8), false, false, DEFAULT_COLUMNS);
    }

    /** Whether standard input is a person at a terminal. */
    public static boolean inTerminal() {
        return says(System.getProperty("tarn.terminal"), "in");
    }

    private static PrintStream resultStream(OutputStream target) {
        return new PrintStream(new StandardOutput(target), false, UTF_8);
    }

    private static boolean says(@Nullable String terminal, String stream) {
        return terminal != null && terminal.contains(stream);
    }

    private static int processColumns() {
        var columns = Integer.getInteger("tarn.columns", DEFAULT_COLUMNS);
        return columns <= 0 ? DEFAULT_COLUMNS : Math.max(NARROWEST, columns);
    }
}
