package dev.tarn.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tarn.cli.command.Invocation;
import dev.tarn.cli.console.Console;
import dev.tarn.cli.files.Cleanup;
import java.io.ByteArrayOutputStream;
import java.util.List;

/** What one run of {@code tarn} inside this JVM returned and printed. */
record TestRun(int code, String out, String err) {
    static TestRun of(List<Subcommand> subcommands, boolean debug, String... args) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var console = Console.of(out, err);
        int code = new Main(subcommands, new Invocation(console, new Cleanup()), debug).run(args);
        return new TestRun(code, out.toString(UTF_8), err.toString(UTF_8));
    }

    static TestRun of(String... args) {
        return of(List.of(new Subcommand("probe", "try the conventions", ProbeCommand.class)), false, args);
    }
}
