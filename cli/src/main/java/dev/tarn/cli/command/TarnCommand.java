package dev.tarn.cli.command;

import java.util.concurrent.Callable;
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
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
    private CommandSpec spec;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    /** For subclasses, which picocli makes. */
    protected TarnCommand() {}

    /** Does the work; returning means success. */
    protected abstract void run(CommandContext context) throws Exception;

    /** Called by picocli once the options are set. */
    @Override
    public final Integer call() throws Exception {
        var invocation = (Invocation) spec.root().userObject();
        run(new CommandContext(invocation, spec, common));
        return 0;
    }
}
