package dev.tarn.cli.commands;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.cli.command.TarnCommand;
import dev.tarn.cli.console.TextTable;
import dev.tarn.cli.console.Units;
import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.compute.Precision;
import dev.tarn.study.eval.EvalOptions;
import dev.tarn.study.eval.PerplexityResult;
import dev.tarn.study.eval.PerplexityStudy;
import dev.tarn.study.text.TextSource;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tarn eval}: perplexity of attentions over a text. */
public final class EvalCommand extends TarnCommand {
    @Mixin
    private final ModelOptions modelOptions = new ModelOptions(Precision.FAST);

    @Mixin
    private final TextOptions text = new TextOptions();

    @Option(names = "--attention", paramLabel = "SPEC,...", description = "Attentions to evaluate.")
    private List<String> attentions = List.of("dense");

    @Option(names = "--context", split = ",", paramLabel = "N,...", description = "Tokens of a window.")
    private List<Integer> contexts = List.of(512);

    @Option(names = "--windows", paramLabel = "N", description = "Read at most N windows.")
    private int windows = 16;

    @Override
    protected void run(CommandContext context) {
        EvalOptions options = Parsed.option(
                "eval", () -> new EvalOptions(Parsed.attentions("--attention", attentions), contexts, windows));
        TextSource source = text.read().getFirst();
        boolean indexed = options.attentions().stream().anyMatch(AttentionSpec::needsIndexer);
        try (ModelSession session = modelOptions.open(indexed)) {
            List<PerplexityResult> results;
            try (ProgressListener progress = new ProgressListener(context)) {
                results = new PerplexityStudy(session.model(), session.decoder(), options, progress).run(source);
            }
            if (context.json()) {
                context.document()
                        .model(session.model().name(), session.model().sha256())
                        .config("text", source.name())
                        .config(
                                "attention",
                                results.stream()
                                        .map(PerplexityResult::attention)
                                        .distinct()
                                        .toList())
                        .put("results", results)
                        .printTo(context.console());
            } else {
                context.console().out().println(session.model().name() + " over " + source.name());
                table(results).printTo(context.console());
            }
        }
    }

    private static TextTable table(List<PerplexityResult> results) {
        TextTable table = new TextTable()
                .numbers("context")
                .numbers("windows")
                .words("attention")
                .numbers("perplexity")
                .numbers("±")
                .numbers("second half")
                .numbers("±");
        for (PerplexityResult r : results) {
            table.row(
                    r.context(),
                    r.windows(),
                    r.attention(),
                    Units.fixed(r.perplexity(), 4),
                    Units.fixed(r.perplexitySe(), 4),
                    Units.fixed(r.perplexitySecondHalf(), 4),
                    Units.fixed(r.perplexitySecondHalfSe(), 4));
        }
        return table;
    }
}
