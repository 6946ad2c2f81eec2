package dev.tarn.cli.command;

import dev.tarn.cli.console.Console;
import dev.tarn.cli.console.Progress;
import dev.tarn.cli.files.AtomicFile;
import dev.tarn.cli.files.Cleanup;
import dev.tarn.cli.files.OutputFile;
import dev.tarn.cli.json.JsonDocument;
import dev.tarn.cli.json.ResolvedOptions;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;

/** What a command works with while it runs: the console, progress, its JSON document, files that appear whole or not at all. */
public final class CommandContext {
    private final Invocation invocation;
    private final Supplier<CommandSpec> spec;
    private final CommonOptions common;

    CommandContext(Invocation invocation, Supplier<CommandSpec> spec, CommonOptions common) {
        this.invocation = invocation;
        this.spec = spec;
        this.common = common;
    }

    /** Where the command speaks. */
    public Console console() {
        return invocation.console();
    }

    /** What must still happen if the process ends early. */
    public Cleanup cleanup() {
        return invocation.cleanup();
    }

    /** Whether {@code --json} asks for the document instead of text for people. */
    public boolean json() {
        return common.json;
    }

    /** Whether {@code --quiet} asks for no progress. */
    public boolean quiet() {
        return common.quiet;
    }

    /** Shows the progress of {@code task} in {@code total} steps on standard error until closed. */
    public Progress progress(String task, long total) {
        return Progress.start(console(), quiet(), task, total);
    }

    /** The command's document, with version and options as parsed; options resolved later replace theirs by {@code config}. */
    public JsonDocument document() {
        return new JsonDocument(Version.read()).config(options());
    }

    /** The options as parsed, by name in snake_case, without output paths. */
    public Map<String, Object> options() {
        return ResolvedOptions.of(spec.get());
    }

    /** Begins to write {@code file}; it appears at {@link AtomicFile#commit}. */
    public AtomicFile create(OutputFile file) {
        return file.create(cleanup());
    }
}
