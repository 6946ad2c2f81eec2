package dev.tarn.study.report;

import dev.tarn.sim.report.Cell;
import dev.tarn.sim.report.Column;
import dev.tarn.sim.report.Fact;
import dev.tarn.sim.report.Format;
import dev.tarn.sim.report.Report;
import dev.tarn.sim.report.Section;
import dev.tarn.sim.report.Table;
import dev.tarn.study.EqualRow;
import dev.tarn.study.EvaluationResult;
import dev.tarn.study.EvaluationRow;
import dev.tarn.study.eval.TextScores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The report of an evaluation. */
public final class EvaluationReport {
    private EvaluationReport() {}

    /** The report; {@code configuration} is printed as given. */
    public static Report of(EvaluationResult result, Map<String, String> configuration) {
        List<Section> sections = new ArrayList<>();
        boolean overText = result.rows().stream().anyMatch(row -> row.text() != null);
        if (overText) {
            sections.addAll(FrontierSections.of(result.rows()));
            sections.add(fidelity(result.rows()));
        }
        addEqual(sections, "Equal perplexity", result.equalFidelity());
        addEqual(sections, "Equal answers", result.equalNeedles());
        if (overText) {
            sections.addAll(BudgetSections.of(result.rows()));
        }
        sections.addAll(TaskSections.of(result.rows()));
        return new Report(
                "Tarn eval",
                "What sparse attention reads and what it loses, always beside the same model attending densely. Over text every"
                        + " position of a window attends sparsely; in tasks the context is read densely, question and answer sparsely.",
                configuration.entrySet().stream()
                        .map(e -> Fact.of(e.getKey(), e.getValue()))
                        .toList(),
                sections);
    }

    private static Section fidelity(List<EvaluationRow> rows) {
        List<List<Cell>> cells = new ArrayList<>();
        for (EvaluationRow row : rows) {
            TextScores t = row.text();
            if (t != null) {
                cells.add(List.of(
                        Cell.of(row.attention()),
                        Cell.of(row.context()),
                        Cell.of(t.windows()),
                        Cell.of(withError(t.perplexity(), t.perplexitySe(), 2)),
                        Cell.of(withError(t.perplexityRatio(), t.perplexityRatioSe(), 4)),
                        Cell.of(withError(t.kl(), t.klSe(), 4)),
                        Cell.of(withError(t.top1(), t.top1Se(), 3)),
                        Cell.of(withError(t.recall(), t.recallSe(), 3)),
                        Cell.of(t.oracleRecall()),
                        Cell.of(t.setRecall()),
                        Cell.of(t.outputError()),
                        Cell.of(t.budget().mean()),
                        Cell.of(t.budget().p95()),
                        Cell.of(t.kvBytesPerToken()),
                        Cell.of(t.indexBytesPerToken())));
            }
        }
        return new Table(
                "Fidelity over text",
                "Each figure ± its standard error: of perplexity over tokens, of the others over stretches of 1/32 of a window, paired"
                        + " with the dense model's. Recall is dense softmax mass inside the selection, of the same queries over the same"
                        + " cache, mean over query heads, layers and sampled positions; beside it the best selection of the same size, and"
                        + " the share of the selection that this one holds too. Output error is relative, of one layer's attention.",
                List.of(
                        Column.text("attention"),
                        Column.of("context", Format.COUNT),
                        Column.of("windows", Format.COUNT),
                        Column.text("perplexity"),
                        Column.text("ratio"),
                        Column.text("KL, nats"),
                        Column.text("top-1"),
                        Column.text("recall"),
                        Column.of("oracle's", Format.SHARE).under("of the same size"),
                        Column.of("shared", Format.SHARE).under("of the same size"),
                        Column.of("output error", Format.SHARE),
                        Column.of("mean", Format.RATE).under("entries"),
                        Column.of("p95", Format.COUNT).under("entries"),
                        Column.of("KV", Format.BYTES).under("read per token"),
                        Column.of("index", Format.BYTES).under("read per token")),
                cells);
    }

    private static String withError(double value, double error, int decimals) {
        String pattern = "%." + decimals + "f";
        String written = String.format(java.util.Locale.ROOT, pattern, value);
        return Double.isFinite(error)
                ? written + " ± " + String.format(java.util.Locale.ROOT, pattern, error)
                : written;
    }

    private static void addEqual(List<Section> sections, String title, List<EqualRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        List<List<Cell>> cells = new ArrayList<>();
        for (EqualRow row : rows) {
            cells.add(List.of(
                    Cell.of(row.attention()),
                    Cell.of(row.context()),
                    Cell.of(row.target()),
                    Cell.of(row.reached() ? "yes" : "no"),
                    row.right() == null || row.n() == null
                            ? Cell.of(withError(row.perplexityRatio(), row.perplexityRatioSe(), 4))
                            : Cell.of(row.right() + " / " + row.n()),
                    Cell.of(row.entries()),
                    Cell.of(row.kvBytesPerToken()),
                    Cell.of(row.bytesPerToken()),
                    Cell.of(row.denseBytesPerToken() / row.kvBytesPerToken()),
                    Cell.of(row.denseBytesPerToken() / row.bytesPerToken()),
                    Cell.of(row.decodeTokS())));
        }
        sections.add(new Table(
                title,
                "Each attention's knob set where it just reaches that share of dense: perplexity at most dense / share, or answers at"
                        + " least share × dense's. An attention that did not reach it shows the setting that came nearest.",
                List.of(
                        Column.text("attention"),
                        Column.of("context", Format.COUNT),
                        Column.of("share of dense", Format.NUMBER),
                        Column.text("reached"),
                        Column.text("ratio or answers"),
                        Column.of("entries", Format.RATE),
                        Column.of("KV", Format.BYTES).under("read per token"),
                        Column.of("with index", Format.BYTES).under("read per token"),
                        Column.of("KV", Format.FACTOR).under("less than dense"),
                        Column.of("with index", Format.FACTOR).under("less than dense"),
                        Column.of("decode tok/s", Format.RATE)),
                cells));
    }
}
