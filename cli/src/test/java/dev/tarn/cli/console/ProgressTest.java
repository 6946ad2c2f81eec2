package dev.tarn.cli.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final long SECOND = 1_000_000_000L;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void lines_longWork_speakAtMostEveryTenSeconds() {
        var clock = new AtomicLong();
        try (var progress = new Progress.Lines(Console.of(out, err), "prefill", 100, clock::get)) {
            for (int i = 0; i < 100; i++) {
                clock.addAndGet(SECOND / 4);
                progress.step();
            }
        }
        assertThat(err.toString(UTF_8)).isEqualTo("""
                prefill: 40 of 100 (40.0 %), about 15.0 s left
                prefill: 80 of 100 (80.0 %), about 5.0 s left
                prefill: 100 of 100, took 25.0 s
                """);
    }

    @Test
    void lines_shortWork_sayNothing() {
        var clock = new AtomicLong();
        try (var progress = new Progress.Lines(Console.of(out, err), "prefill", 2, clock::get)) {
            clock.addAndGet(9 * SECOND);
            progress.step(2);
        }
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    void start_quiet_saysNothingEvenOnATerminal() {
        try (var progress = Progress.start(terminal(), true, "prefill", 10)) {
            progress.step(10);
        }
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    void start_onTerminal_drawsABarWithinItsWidthOnStandardErrorOnly() {
        try (var progress = Progress.start(terminal(), false, "prefill", 10)) {
            progress.step(10);
        }
        var drawn = err.toString(UTF_8);
        assertThat(drawn).contains("prefill").contains("10/10").contains("100%");
        assertThat(drawn.split("[\r\n]")).allMatch(line -> line.length() < 60);
        assertThat(out.toString(UTF_8)).isEmpty();
    }

    private Console terminal() {
        return new Console(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), true, true, 60);
    }
}
