package dev.tarn.cli;

import dev.tarn.cli.commands.AnalyzeCommand;
import dev.tarn.cli.commands.BenchCommand;
import dev.tarn.cli.commands.DistillCommand;
import dev.tarn.cli.commands.EvalCommand;
import dev.tarn.cli.commands.InspectCommand;
import dev.tarn.cli.commands.LogitsCommand;
import dev.tarn.cli.commands.ModelsCommand;
import dev.tarn.cli.commands.PullCommand;
import dev.tarn.cli.commands.ReportCommand;
import dev.tarn.cli.commands.RunCommand;
import dev.tarn.cli.commands.SimulateCommand;
import dev.tarn.cli.commands.StudyCommand;
import dev.tarn.cli.commands.TokenizeCommand;
import dev.tarn.cli.commands.TraceCommand;
import java.util.List;

/** The commands of {@code tarn}, in the order of {@code tarn help}. */
final class Subcommands {
    private Subcommands() {}

    /** A further command is one further line here. */
    static List<Subcommand> all() {
        return List.of(
                new Subcommand(
                        "study",
                        "tell the whole story on one model: decode, trace, analyse, simulate",
                        StudyCommand.class),
                new Subcommand("run", "generate text from a prompt, or chat", RunCommand.class),
                new Subcommand("trace", "decode over a text and record what every layer reads", TraceCommand.class),
                new Subcommand("analyze", "compute the access metrics of a trace", AnalyzeCommand.class),
                new Subcommand("simulate", "replay a trace through caches", SimulateCommand.class),
                new Subcommand("report", "draw what a trace says as one HTML file", ReportCommand.class),
                new Subcommand("eval", "measure perplexity under attentions", EvalCommand.class),
                new Subcommand("distill", "train a lightning indexer for a model", DistillCommand.class),
                new Subcommand("bench", "measure speed here, beside what this machine can do", BenchCommand.class),
                new Subcommand("logits", "write what a model computes for given token ids", LogitsCommand.class),
                new Subcommand(
                        "tokenize", "turn text or chat messages into token ids, and back", TokenizeCommand.class),
                new Subcommand("models", "list the models that can be named, and what is here", ModelsCommand.class),
                new Subcommand("pull", "fetch models of the catalogue", PullCommand.class),
                new Subcommand("inspect", "look inside a model: sizes, types, cache, what fits", InspectCommand.class));
    }
}
