package dev.tarn.cli.commands;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.cli.console.Console;
import dev.tarn.cli.console.TextTable;
import dev.tarn.cli.console.Units;
import dev.tarn.cli.json.JsonDocument;
import dev.tarn.cli.machine.Machine;
import dev.tarn.engine.compute.Ceilings;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.study.bench.BenchOptions;
import dev.tarn.study.bench.BenchResult;
import dev.tarn.study.bench.BenchRow;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@code tarn bench} prints.
 *
 * @param model what was measured
 * @param options what was asked for
 * @param result what came out
 * @param started how long starts took, or null where none was timed
 * @param vectorBits width of the kernels' vectors
 */
record BenchReport(
        ModelFile model,
        BenchOptions options,
        BenchResult result,
        @Nullable StartTimes started,
        int vectorBits) {
    void print(CommandContext context) {
        Machine machine = Machine.read(vectorBits);
        if (context.json()) {
            JsonDocument document = context.document()
                    .model(model.name(), model.sha256())
                    .config(
                            "attention",
                            result.results().stream()
                                    .map(BenchRow::attention)
                                    .distinct()
                                    .toList())
                    .config("depth", options.depths())
                    .config("prefill", options.prefills())
                    .machine(machine)
                    .put("results", result.results())
                    .put("ceilings", result.ceilings());
            if (started != null) {
                document.put("start", started);
            }
            document.printTo(context.console());
        } else {
            print(context.console(), machine);
        }
    }

    private void print(Console console, Machine machine) {
        var out = console.out();
        out.println(model.name() + " on " + machine.cpu() + ", " + machine.cores() + " cores, " + machine.vectorBits()
                + "-bit vectors, " + machine.jvm());
        Ceilings c = result.ceilings();
        out.println("ceilings with " + c.threads() + " threads: " + Units.fixed(c.streamGbS(), 1) + " GB/s read, "
                + Units.fixed(c.fmaGflops(), 0) + " GFLOP/s float32, " + Units.fixed(c.int8Gops(), 0)
                + " Gop/s 8-bit");
        out.println();
        table().printTo(console);
        if (started != null) {
            out.println("start to first token: " + Units.fixed(started.medianS(), 2) + " s, median of "
                    + started.runsS().size());
        }
        if (result.results().stream().anyMatch(BenchRow::beyondContext)) {
            out.println("* beyond the context of " + model.architecture().contextLength()
                    + " tokens that the model was trained for");
        }
        result.results().stream()
                .map(BenchRow::indexer)
                .filter(Objects::nonNull)
                .distinct()
                .forEach(indexer -> out.println("indexer: " + indexer));
    }

    private TextTable table() {
        TextTable table = new TextTable()
                .words("test")
                .numbers("tokens")
                .words("attention")
                .numbers("threads")
                .numbers("tok/s")
                .numbers("±")
                .numbers("ceiling")
                .numbers("reached")
                .numbers("matmul")
                .numbers("score")
                .numbers("select")
                .numbers("attend")
                .numbers("rest")
                .numbers("MB");
        result.results().forEach(row -> add(table, row));
        return table;
    }

    private static void add(TextTable table, BenchRow row) {
        boolean decode = row.test() == BenchRow.Test.DECODE;
        table.row(
                decode ? "decode at" : "prefill of",
                (decode ? row.depth() : row.tokens()) + (row.beyondContext() ? "*" : ""),
                row.attention(),
                row.threads(),
                Units.fixed(row.tokS(), 1),
                Double.isNaN(row.sd()) ? "" : Units.fixed(row.sd(), 1),
                Units.fixed(row.ceilingTokS(), 1),
                Units.percent(row.ceilingShare()),
                Units.percent(row.split().matmul()),
                Units.percent(row.split().score()),
                Units.percent(row.split().select()),
                Units.percent(row.split().attend()),
                Units.percent(row.split().rest()),
                Double.isNaN(row.residentMb()) ? "" : Units.fixed(row.residentMb(), 0));
    }
}
