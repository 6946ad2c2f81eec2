package dev.tarn.cli.commands;

import dev.tarn.engine.decode.SamplingOptions;
import picocli.CommandLine.Option;

/** How tokens are drawn. */
final class SamplingFlags {
    @Option(names = "--temperature", paramLabel = "X", description = "0 takes the likeliest token.")
    double temperature;

    @Option(names = "--top-k", paramLabel = "N", description = "Draw among the N likeliest tokens; 0 means all.")
    int topK;

    @Option(
            names = "--top-p",
            paramLabel = "X",
            description = "Draw among the likeliest tokens that hold this probability.")
    double topP = 1;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of all random numbers.")
    long seed;

    SamplingOptions options() {
        return new SamplingOptions(temperature, topK, topP, seed);
    }
}
