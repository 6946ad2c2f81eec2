package dev.tarn.cli.commands;

import dev.tarn.cli.console.Console;
import dev.tarn.cli.console.TextTable;
import dev.tarn.cli.console.Units;
import dev.tarn.study.EqualRow;
import dev.tarn.study.EvaluationResult;
import dev.tarn.study.EvaluationRow;
import dev.tarn.study.eval.TextScores;
import dev.tarn.study.tasks.TaskScore;
import java.util.List;
import java.util.Map;

/** An evaluation's tables for people. */
final class EvalTables {
    private EvalTables() {}

    static void print(Console console, EvaluationResult result) {
        if (result.rows().stream().anyMatch(row -> row.text() != null)) {
            console.out().println("\nOver text, sparse at every position (± standard error):");
            text(result.rows()).printTo(console);
            console.out()
                    .println(
                            "\nWhat it reads, and the attention mass that holds (mean over heads, layers, sampled positions):");
            reads(result.rows()).printTo(console);
        }
        if (result.rows().stream().anyMatch(row -> row.tasks() != null)) {
            console.out().println("\nAnswers right; context read densely, question and answer sparsely:");
            tasks(result.rows()).printTo(console);
        }
        equal(console, "Where perplexity is dense perplexity / X:", result.equalFidelity());
        equal(console, "Where X of dense's answers are right:", result.equalNeedles());
    }

    private static TextTable text(List<EvaluationRow> rows) {
        TextTable table = new TextTable()
                .numbers("context")
                .numbers("windows")
                .words("attention")
                .numbers("perplexity")
                .numbers("second half")
                .numbers("ratio to dense")
                .numbers("KL, nats")
                .numbers("top-1");
        for (EvaluationRow row : rows) {
            TextScores t = row.text();
            if (t != null) {
                table.row(
                        row.context(),
                        t.windows(),
                        row.attention(),
                        withError(t.perplexity(), t.perplexitySe(), 4),
                        withError(t.perplexitySecondHalf(), t.perplexitySecondHalfSe(), 4),
                        withError(t.perplexityRatio(), t.perplexityRatioSe(), 4),
                        withError(t.kl(), t.klSe(), 4),
                        withError(t.top1(), t.top1Se(), 3));
            }
        }
        return table;
    }

    private static TextTable reads(List<EvaluationRow> rows) {
        TextTable table = new TextTable()
                .numbers("context")
                .words("attention")
                .numbers("entries")
                .numbers("p95")
                .numbers("KV/token")
                .numbers("index/token")
                .numbers("recall")
                .numbers("oracle's")
                .numbers("output error")
                .numbers("P > mass");
        for (EvaluationRow row : rows) {
            TextScores t = row.text();
            if (t != null) {
                table.row(
                        row.context(),
                        row.attention(),
                        Units.fixed(t.budget().mean(), 1),
                        Units.fixed(t.budget().p95(), 0),
                        Units.bytes(t.kvBytesPerToken()),
                        t.indexBytesPerToken() == 0 ? "" : Units.bytes(t.indexBytesPerToken()),
                        withError(t.recall(), t.recallSe(), 3),
                        Units.fixed(t.oracleRecall(), 3),
                        withError(t.outputError(), t.outputErrorSe(), 3),
                        t.psa() == null ? "" : Units.percent(t.psa().exceeds()));
            }
        }
        return table;
    }

    private static TextTable tasks(List<EvaluationRow> rows) {
        TextTable table = new TextTable()
                .numbers("context")
                .words("task")
                .words("attention")
                .numbers("right")
                .numbers("rate")
                .numbers("entries")
                .numbers("KV/token")
                .numbers("index/token");
        for (EvaluationRow row : rows) {
            Map<String, TaskScore> tasks = row.tasks();
            if (tasks != null) {
                tasks.forEach((task, score) -> table.row(
                        row.context(),
                        task,
                        row.attention(),
                        score.right() + "/" + score.n(),
                        withError(score.rate(), score.rateError(), 2),
                        Units.fixed(score.entries(), 1),
                        Units.bytes(score.kvBytesPerToken()),
                        score.indexBytesPerToken() == 0 ? "" : Units.bytes(score.indexBytesPerToken())));
            }
        }
        return table;
    }

    private static void equal(Console console, String title, List<EqualRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        TextTable table = new TextTable()
                .numbers("context")
                .numbers("X")
                .words("attention")
                .numbers("found")
                .numbers("ratio or answers")
                .numbers("entries")
                .numbers("KV/token")
                .numbers("with index")
                .numbers("dense /")
                .numbers("dense / with index")
                .numbers("tok/s");
        for (EqualRow row : rows) {
            table.row(
                    row.context(),
                    Units.fixed(row.target(), 3),
                    row.attention(),
                    row.reached() ? "yes" : "nearest",
                    row.right() == null || row.n() == null
                            ? withError(row.perplexityRatio(), row.perplexityRatioSe(), 4)
                            : row.right() + "/" + row.n(),
                    Units.fixed(row.entries(), 1),
                    Units.bytes(row.kvBytesPerToken()),
                    Units.bytes(row.bytesPerToken()),
                    Units.fixed(row.denseBytesPerToken() / row.kvBytesPerToken(), 2),
                    Units.fixed(row.denseBytesPerToken() / row.bytesPerToken(), 2),
                    Units.fixed(row.decodeTokS(), 1));
        }
        console.out().println("\n" + title);
        table.printTo(console);
    }

    private static String withError(double value, double error, int decimals) {
        return Double.isFinite(error)
                ? Units.fixed(value, decimals) + " ± " + Units.fixed(error, decimals)
                : Units.fixed(value, decimals);
    }
}
