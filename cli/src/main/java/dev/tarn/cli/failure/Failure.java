package dev.tarn.cli.failure;

import dev.tarn.cli.console.OutputClosedException;
import dev.tarn.cli.fetch.CacheException;
import dev.tarn.cli.fetch.FetchException;
import dev.tarn.cli.files.OutputException;
import dev.tarn.engine.EngineException;
import dev.tarn.sim.report.ReportException;
import dev.tarn.study.StudyException;
import dev.tarn.trace.TraceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * How a command ends that did not succeed.
 *
 * @param exitCode what the process returns
 * @param line what standard error says, without the leading {@code tarn:}; empty where nothing is to be said
 */
public record Failure(int exitCode, String line) {
    /** The command did what was asked. */
    public static final int OK = 0;
    /** The command failed. */
    public static final int FAILED = 1;
    /** The command was used wrongly. */
    public static final int USAGE = 2;
    /** The command was interrupted, as shells count SIGINT. */
    public static final int INTERRUPTED = 130;

    /** Exceptions whose message is already the line for the user. A module's exception type is added here. */
    private static final List<Class<? extends RuntimeException>> SPOKEN = List.of(
            TraceException.class,
            EngineException.class,
            StudyException.class,
            ReportException.class,
            OutputException.class,
            FetchException.class,
            CacheException.class);

    /** Wrappers that only carry an exception from one thread or stream to another. */
    private static final List<Class<? extends Exception>> WRAPPERS = List.of(
            ExecutionException.class,
            CompletionException.class,
            UncheckedIOException.class,
            picocli.CommandLine.ExecutionException.class);

    /** The failure that {@code thrown} stands for. */
    public static Failure of(Throwable thrown) {
        var cause = unwrap(thrown);
        return switch (cause) {
            case OutputClosedException _ -> new Failure(OK, "");
            case UsageException usage -> new Failure(USAGE, oneLine(usage.getMessage()));
            case InterruptedException _ -> new Failure(INTERRUPTED, "interrupted");
            case OutOfMemoryError error -> new Failure(FAILED, outOfMemory(error));
            case IOException io -> new Failure(FAILED, oneLine(IoFailure.describe(io)));
            default -> new Failure(FAILED, isSpoken(cause) ? oneLine(cause.getMessage()) : bug(cause));
        };
    }

    /** {@code text} with its line breaks turned into spaces. */
    public static String oneLine(@Nullable String text) {
        return text == null ? "" : text.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    private static Throwable unwrap(Throwable thrown) {
        var current = thrown;
        var cause = current.getCause();
        while (cause != null && WRAPPERS.contains(current.getClass())) {
            current = cause;
            cause = current.getCause();
        }
        return current;
    }

    /** Whether the message of {@code cause} was written for the user. */
    public static boolean isSpoken(@Nullable Throwable cause) {
        return cause instanceof UsageException || SPOKEN.stream().anyMatch(type -> type.isInstance(cause));
    }

    private static String outOfMemory(OutOfMemoryError error) {
        var reason = oneLine(error.getMessage());
        var heap = Runtime.getRuntime().maxMemory() / (double) (1 << 30);
        if (reason.contains("heap space") || reason.contains("GC overhead") || reason.contains("array size")) {
            return String.format(
                    Locale.ROOT,
                    "out of memory: %s, its limit is %.1f GiB; raise it with TARN_JAVA_OPTS=-Xmx%dg or ask for less context",
                    reason,
                    heap,
                    Math.max(2, (long) Math.ceil(2 * heap)));
        }
        return String.format(
                Locale.ROOT,
                "out of memory outside the Java heap (%s); free memory on this machine, shrink the heap of %.1f GiB with"
                        + " TARN_JAVA_OPTS=-Xmx..., or ask for less context",
                reason,
                heap);
    }

    private static String bug(Throwable cause) {
        var said = oneLine(cause.getMessage());
        return "this is a bug in tarn: %s at %s%s; TARN_DEBUG=1 shows the stack"
                .formatted(cause.getClass().getName(), place(cause), said.isEmpty() ? "" : " (" + said + ")");
    }

    private static String place(Throwable cause) {
        var frames = cause.getStackTrace();
        for (var frame : frames) {
            if (frame.getClassName().startsWith("dev.tarn.")) {
                return frame.toString();
            }
        }
        return frames.length == 0 ? "an unknown place" : frames[0].toString();
    }
}
