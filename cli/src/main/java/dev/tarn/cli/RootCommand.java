package dev.tarn.cli;

import dev.tarn.cli.command.Invocation;
import dev.tarn.cli.command.Version;
import dev.tarn.cli.files.OutputFile;
import dev.tarn.cli.files.OutputFolder;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The command above all others, described without annotations: looking for those would cost more than all else at start-up. */
final class RootCommand {
    private static final int USAGE_WIDTH = 100;

    private RootCommand() {}

    /** {@code tarn} itself; its help lists {@code subcommands} without loading them. */
    static CommandLine commandLine(Invocation invocation, List<Subcommand> subcommands) {
        var spec = CommandSpec.wrapWithoutInspection(invocation)
                .name("tarn")
                .version("tarn " + Version.read())
                .addOption(option("-V", "--version", "Print the version.")
                        .versionHelp(true)
                        .build())
                .addOption(option("-h", "--help", "Show this help.")
                        .usageHelp(true)
                        .build());
        describe(spec.usageMessage(), subcommands);
        return new CommandLine(spec);
    }

    /** Adds {@code subcommand} to {@code line}, loading its class. */
    static void add(CommandLine line, Subcommand subcommand) {
        var child = new CommandLine(subcommand.type());
        child.getCommandSpec().usageMessage().width(USAGE_WIDTH).description(subcommand.summary() + ".");
        line.addSubcommand(subcommand.name(), child);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.registerConverter(OutputFile.class, OutputFile::of);
        line.registerConverter(OutputFolder.class, OutputFolder::of);
    }

    private static OptionSpec.Builder option(String brief, String name, String description) {
        return OptionSpec.builder(brief, name).description(description);
    }

    private static void describe(UsageMessageSpec usage, List<Subcommand> subcommands) {
        usage.width(USAGE_WIDTH)
                .customSynopsis("tarn COMMAND [OPTIONS]")
                .description(
                        "Runs language models with long contexts by dynamic sparse attention, and shows what they read.")
                .footer("", "tarn help COMMAND says more of each.");
        usage.sectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, _ -> "Commands:%n".formatted());
        usage.sectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, _ -> list(subcommands));
    }

    private static String list(List<Subcommand> subcommands) {
        var lines = new StringBuilder();
        subcommands.forEach(subcommand -> lines.append(entry(subcommand.name(), subcommand.summary())));
        return lines.append(entry("help", "show this help, or that of a command"))
                .toString();
    }

    private static String entry(String name, String summary) {
        return "  %-11s %s%n".formatted(name, summary);
    }
}
