package dev.tarn.cli.command;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * A command: its options are annotated fields, its work is {@link #run}. Subclasses need a constructor without arguments and a line
 * in the list of commands. They fail by throwing: {@link dev.tarn.cli.failure.Failure} knows the exit code and the line.
 */
@Command(sortOptions = false, showDefaultValues = true)
public abstract class TarnCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    /** For subclasses, which picocli makes. */
    protected TarnCommand() {}

    /** Does the work; returning means success. */
    protected abstract void run(CommandContext context) throws Exception;

    /** Names the options that need no picocli, for commands whose start is waited for; none unless overridden. */
    protected void declare(PlainOptions options) {}

    /** The options that need no picocli, those of every command included. */
    final PlainOptions plainOptions() {
        var options = new PlainOptions();
        declare(options);
        if (options.names().isEmpty()) {
            return options;
        }
        return options.flag("--json", () -> common.json = true)
                .flag("--quiet", () -> common.quiet = true)
                .flag("-q", () -> common.quiet = true);
    }

    /** Sets the options by the arguments after the command's own name; false, and nothing set, where that needs picocli. */
    public final boolean setPlainly(String... args) {
        return plainOptions().set(1, args);
    }

    /** Does the work of a command that was {@linkplain #setPlainly set plainly}. */
    public final void runPlainly(Invocation invocation) throws Exception {
        run(new CommandContext(invocation, this::inspected, common));
    }

    /** Called by picocli once the options are set. */
    @Override
    public final Integer call() throws Exception {
        var inspected = inspected();
        var invocation = (Invocation) inspected.root().userObject();
        run(new CommandContext(invocation, () -> inspected, common));
        return 0;
    }

    /** What picocli knows of this command: it reads the fields as they are by then. */
    private CommandSpec inspected() {
        return spec == null ? new CommandLine(this).getCommandSpec() : spec;
    }
}
