package dev.tarn.cli.commands;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.cli.console.TextTable;
import dev.tarn.cli.console.Units;
import dev.tarn.cli.failure.UsageException;
import dev.tarn.cli.files.AtomicFile;
import dev.tarn.cli.files.OutputFile;
import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.LayerTable;
import dev.tarn.study.eval.BudgetStudy;
import dev.tarn.study.eval.BudgetStudy.Found;
import dev.tarn.study.eval.EvalOptions;
import dev.tarn.study.text.TextSource;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code tarn eval --make-budgets}: a file of per-layer budgets and usual masses, measured over text. */
record BudgetsMaker(OutputFile out, EvalOptions options, List<TextSource> texts) {
    void run(CommandContext context, ModelOptions modelOptions) {
        if (options.attentions().size() != 1 || options.contexts().size() != 1) {
            throw new UsageException("--make-budgets: measures one attention at one context; give one of each");
        }
        out.check();
        AttentionSpec spec = options.attentions().getFirst();
        try (ModelSession session = modelOptions.open(spec.needsIndexer(), context.console())) {
            Found found;
            try (ProgressListener progress = new ProgressListener(context)) {
                found = new BudgetStudy(session.model(), session.decoder(), texts, progress)
                        .make(spec, options.contexts().getFirst(), options.windows());
            }
            try (AtomicFile file = context.create(out)) {
                file.write(LayerTable.toJson(found.budgets(), found.masses()).getBytes(StandardCharsets.UTF_8));
                file.commit();
            }
            show(context, session, found);
        }
    }

    private void show(CommandContext context, ModelSession session, Found found) {
        List<String> names = texts.stream().map(TextSource::name).toList();
        if (context.json()) {
            context.document()
                    .model(session.model().name(), session.model().sha256())
                    .config("text", names)
                    .config("attention", List.of(found.attention()))
                    .put("budgets", found.budgets())
                    .put("masses", found.masses())
                    .printTo(context.console());
            return;
        }
        context.console()
                .out()
                .println(session.model().name() + " over " + String.join(", ", names) + ", " + found.attention()
                        + ", windows of " + options.contexts().getFirst() + ":");
        TextTable table = new TextTable()
                .numbers("layer")
                .numbers("budget")
                .numbers("mass held")
                .numbers("held by the even budget")
                .numbers("usual mass outside what is kept");
        for (int layer = 0; layer < found.budgets().size(); layer++) {
            boolean selects = !Double.isNaN(found.recall().get(layer));
            table.row(
                    layer,
                    found.budgets().get(layer),
                    selects ? Units.fixed(found.recall().get(layer), 4) : "selects nothing of its own",
                    selects ? Units.fixed(found.evenRecall().get(layer), 4) : "",
                    selects ? Units.fixed(found.masses().get(layer), 4) : "");
        }
        table.printTo(context.console());
        context.console()
                .out()
                .println("\nMean over layers: " + Units.fixed(mean(found.recall()), 4) + " of the mass, "
                        + Units.fixed(mean(found.evenRecall()), 4) + " by the even budget. Wrote " + out.path() + ".");
    }

    private static double mean(List<Double> values) {
        return values.stream()
                .filter(value -> !Double.isNaN(value))
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(Double.NaN);
    }
}
