package dev.tarn.cli;

import dev.tarn.cli.command.Invocation;
import dev.tarn.cli.console.Console;
import dev.tarn.cli.console.OutputClosedException;
import dev.tarn.cli.failure.Failure;
import dev.tarn.cli.failure.UsageException;
import dev.tarn.cli.files.Cleanup;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.ParameterException;

/** The {@code tarn} command: finds the subcommand, runs it, and turns what becomes of it into one line and an exit code. */
public final class Main {
    private static final String HELP = "help";

    private final List<Subcommand> subcommands;
    private final Invocation invocation;
    private final boolean debug;

    /**
     * A command over the given list of subcommands.
     *
     * @param debug whether failures show their stack
     */
    Main(List<Subcommand> subcommands, Invocation invocation, boolean debug) {
        this.subcommands = subcommands;
        this.invocation = invocation;
        this.debug = debug;
    }

    /** Runs the command line and ends the process with its exit code: 0 done, 1 failed, 2 used wrongly, 130 interrupted. */
    public static void main(String[] args) {
        var invocation = new Invocation(Console.ofProcess(), Cleanup.atExit());
        boolean debug = "1".equals(System.getenv("TARN_DEBUG"));
        System.exit(new Main(Subcommands.all(), invocation, debug).run(args));
    }

    /** Runs the command line; returns its exit code. */
    int run(String... args) {
        int code = guarded(() -> dispatch(args));
        int flushed = guarded(() -> {
            invocation.console().out().flush();
            return Failure.OK;
        });
        return code == Failure.OK ? flushed : code;
    }

    /** The border where every exception and error of a command ends. */
    private int guarded(Action action) {
        try {
            return action.run();
        } catch (Throwable thrown) {
            return report(thrown);
        }
    }

    private int dispatch(String... args) throws Exception {
        if (args.length == 0 || args[0].equals(HELP)) {
            return help(args);
        }
        if (args[0].startsWith("-")) {
            return execute(rootLine(Optional.empty()), args);
        }
        var chosen = find(args[0]);
        var command = chosen.type().getDeclaredConstructor().newInstance();
        if (command.setPlainly(args)) {
            command.runPlainly(invocation);
            return Failure.OK;
        }
        return execute(rootLine(Optional.of(chosen)), args);
    }

    private int help(String... args) {
        if (args.length < 2) {
            return execute(rootLine(Optional.empty()), "--help");
        }
        if (args.length == 2) {
            var chosen = find(args[1]);
            return execute(rootLine(Optional.of(chosen)), chosen.name(), "--help");
        }
        throw new UsageException("help takes the name of one command, not " + (args.length - 1) + " arguments");
    }

    /** Picocli's own output, help and version, is printed by us: it would answer a closed pipe with a stack. */
    private int execute(CommandLine line, String... args) {
        var text = new StringWriter();
        line.setOut(new PrintWriter(text));
        int code = line.execute(args);
        invocation.console().out().print(text);
        return code;
    }

    private Subcommand find(String name) {
        for (var subcommand : subcommands) {
            if (subcommand.name().equals(name)) {
                return subcommand;
            }
        }
        throw new UsageException("there is no command '" + name + "'; see: tarn help");
    }

    /** The root command with the one subcommand that is needed, so that the others cost no start-up time. */
    private CommandLine rootLine(Optional<Subcommand> chosen) {
        var line = RootCommand.commandLine(invocation, subcommands);
        chosen.ifPresent(subcommand -> RootCommand.add(line, subcommand));
        var terminal = invocation.console().outTerminal();
        line.setColorScheme(Help.defaultColorScheme(terminal ? Help.Ansi.AUTO : Help.Ansi.OFF));
        line.setParameterExceptionHandler((exception, _) -> misused(exception));
        line.setExecutionExceptionHandler((exception, _, _) -> report(exception));
        return line;
    }

    private int misused(ParameterException exception) {
        return report(new UsageException(Misuse.describe(exception)));
    }

    private int report(Throwable thrown) {
        var failure = Failure.of(thrown);
        if (invocation.cleanup().ended()) {
            return Failure.INTERRUPTED;
        }
        if (!failure.line().isEmpty()) {
            invocation.console().err().println("tarn: " + failure.line());
        }
        if (debug && !(thrown instanceof OutputClosedException)) {
            thrown.printStackTrace(invocation.console().err());
        }
        return failure.exitCode();
    }

    private interface Action {
        int run() throws Exception;
    }
}
