package dev.tarn.cli.command;

import picocli.CommandLine.Option;

/** Options that every command takes. */
final class CommonOptions {
    @Option(names = "--json", description = "Print one JSON document on standard output.")
    boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "Show no progress.")
    boolean quiet;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;
}
