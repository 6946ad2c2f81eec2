package dev.tarn.cli.console;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * How far long work has come, on standard error: a bar with the time left on a terminal, at most one line in ten seconds
 * elsewhere, nothing when told to be quiet. Steps may be counted from any thread.
 */
public abstract sealed class Progress implements AutoCloseable {
    /** Counts {@code steps} more steps as done. */
    public abstract void step(long steps);

    /** Ends the display; what it has shown stays. */
    @Override
    public abstract void close();

    /** Counts one more step as done. */
    public final void step() {
        step(1);
    }

    /**
     * Begins to show the progress of {@code task}.
     *
     * @param console whose standard error shows it
     * @param quiet whether to show nothing
     * @param task what is being done, in a word or two
     * @param total steps in all, at least 0
     */
    public static Progress start(Console console, boolean quiet, String task, long total) {
        if (quiet) {
            return new Silent();
        }
        return console.errTerminal()
                ? new Bar(console, task, total)
                : new Lines(console, task, total, System::nanoTime);
    }

    /** Shows nothing. */
    static final class Silent extends Progress {
        @Override
        public void step(long steps) {}

        @Override
        public void close() {}
    }

    /** A bar that redraws itself. */
    static final class Bar extends Progress {
        private final ProgressBar bar;

        Bar(Console console, String task, long total) {
            // A length of our own keeps the library from asking the terminal, which would load JLine.
            bar = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(total)
                    .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                    .setUpdateIntervalMillis(200)
                    .setConsumer(new ConsoleProgressBarConsumer(console.err(), console.columns() - 1))
                    .build();
        }

        @Override
        public void step(long steps) {
            bar.stepBy(steps);
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    /** Sparse lines for logs; work shorter than the interval says nothing. */
    static final class Lines extends Progress {
        static final Duration INTERVAL = Duration.ofSeconds(10);

        private final Console console;
        private final String task;
        private final long total;
        private final LongSupplier nanos;
        private final long started;
        private final AtomicLong done = new AtomicLong();
        private final AtomicLong spokeLast;

        Lines(Console console, String task, long total, LongSupplier nanos) {
            this.console = console;
            this.task = task;
            this.total = total;
            this.nanos = nanos;
            started = nanos.getAsLong();
            spokeLast = new AtomicLong(started);
        }

        @Override
        public void step(long steps) {
            long now = done.addAndGet(steps);
            long time = nanos.getAsLong();
            long last = spokeLast.get();
            if (time - last >= INTERVAL.toNanos() && spokeLast.compareAndSet(last, time)) {
                console.err().println(line(now, time - started));
            }
        }

        @Override
        public void close() {
            if (spokeLast.get() != started) {
                long took = nanos.getAsLong() - started;
                console.err()
                        .println("%s: %d of %d, took %s"
                                .formatted(task, done.get(), total, Units.duration(Duration.ofNanos(took))));
            }
        }

        private String line(long now, long elapsed) {
            var counted = "%s: %d of %d".formatted(task, now, total);
            if (now <= 0 || now >= total) {
                return counted;
            }
            var left = Duration.ofNanos((long) (elapsed * ((double) (total - now) / now)));
            return "%s (%s), about %s left"
                    .formatted(counted, Units.percent((double) now / total), Units.duration(left));
        }
    }
}
