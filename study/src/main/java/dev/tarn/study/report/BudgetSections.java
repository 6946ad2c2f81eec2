package dev.tarn.study.report;

import dev.tarn.sim.report.Axis;
import dev.tarn.sim.report.Cell;
import dev.tarn.sim.report.Choice;
import dev.tarn.sim.report.Column;
import dev.tarn.sim.report.Format;
import dev.tarn.sim.report.LineChart;
import dev.tarn.sim.report.Section;
import dev.tarn.sim.report.Series;
import dev.tarn.sim.report.Table;
import dev.tarn.study.EvaluationRow;
import dev.tarn.study.eval.TextScores;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Where budgets go and mass is lost: by layer, by step and by position, and what PSA's P was worth. */
final class BudgetSections {
    private static final String AT = " at ";

    private BudgetSections() {}

    static List<Section> of(List<EvaluationRow> rows) {
        List<EvaluationRow> read =
                rows.stream().filter(row -> row.text() != null).toList();
        List<Section> sections = new ArrayList<>();
        sections.add(budgets(read));
        sections.add(steps(read));
        sections.add(lines(
                "Mass lost by layer",
                "Dense softmax mass outside the selection, mean over query heads and sampled positions.",
                Axis.linear("layer", Format.COUNT),
                Axis.linear("mass lost", Format.SHARE),
                read,
                text -> text.layers().stream()
                        .mapToDouble(TextScores.Layer::layer)
                        .toArray(),
                text -> text.layers().stream().mapToDouble(l -> 1 - l.recall()).toArray()));
        sections.add(lines(
                "Perplexity ratio by position",
                "Perplexity over dense perplexity in each eighth of the window.",
                Axis.linear("position", Format.COUNT),
                Axis.linear("perplexity ratio", Format.NUMBER),
                read,
                text -> text.buckets().stream()
                        .mapToDouble(TextScores.Bucket::to)
                        .toArray(),
                text -> text.buckets().stream()
                        .mapToDouble(TextScores.Bucket::perplexityRatio)
                        .toArray()));
        addPsa(sections, read);
        return sections;
    }

    private static Section budgets(List<EvaluationRow> rows) {
        List<Section> options = new ArrayList<>();
        for (EvaluationRow row : rows) {
            List<TextScores.Layer> layers = text(row).layers();
            double[] x = layers.stream().mapToDouble(TextScores.Layer::layer).toArray();
            options.add(new LineChart(
                    name(row),
                    "",
                    Axis.linear("layer", Format.COUNT),
                    Axis.linear("entries", Format.COUNT),
                    List.of(
                            Series.of("mean", x, values(layers, TextScores.Layer::budget)),
                            Series.of("5 %", x, values(layers, l -> l.spread().p5()))
                                    .dashed(),
                            Series.of("50 %", x, values(layers, l -> l.spread().p50())),
                            Series.of("95 %", x, values(layers, l -> l.spread().p95()))
                                    .dashed()),
                    List.of()));
        }
        return new Choice(
                "Budgets by layer",
                "Entries of one selection over the positions of the windows: mean and percentiles.",
                "Attention",
                options);
    }

    private static Section steps(List<EvaluationRow> rows) {
        List<List<Cell>> cells = new ArrayList<>();
        for (EvaluationRow row : rows) {
            TextScores text = text(row);
            cells.add(List.of(
                    Cell.of(row.attention()),
                    Cell.of(row.context()),
                    Cell.of(text.budget().mean()),
                    Cell.of(text.steps().p5()),
                    Cell.of(text.steps().p50()),
                    Cell.of(text.steps().p95())));
        }
        return new Table(
                "Budgets by step",
                "Entries of one position, mean over layers: percentiles over the positions of the windows.",
                List.of(
                        Column.text("attention"),
                        Column.of("context", Format.COUNT),
                        Column.of("mean", Format.RATE),
                        Column.of("5 %", Format.COUNT),
                        Column.of("50 %", Format.COUNT),
                        Column.of("95 %", Format.COUNT)),
                cells);
    }

    private static Section lines(
            String title,
            String caption,
            Axis x,
            Axis y,
            List<EvaluationRow> rows,
            Function<TextScores, double[]> xs,
            Function<TextScores, double[]> ys) {
        List<Series> series = rows.stream()
                .map(row -> Series.of(name(row), xs.apply(text(row)), ys.apply(text(row))))
                .toList();
        return new LineChart(title, caption, x, y, series, List.of());
    }

    private static void addPsa(List<Section> sections, List<EvaluationRow> rows) {
        List<Series> series = new ArrayList<>();
        List<List<Cell>> cells = new ArrayList<>();
        for (EvaluationRow row : rows) {
            TextScores.Psa psa = text(row).psa();
            if (psa != null) {
                series.add(Series.of(
                                name(row),
                                values(psa.bins(), TextScores.PsaBin::p),
                                values(psa.bins(), TextScores.PsaBin::mass))
                        .points());
                cells.add(List.of(
                        Cell.of(row.attention()),
                        Cell.of(row.context()),
                        Cell.of((double) psa.selections()),
                        Cell.of(psa.p()),
                        Cell.of(psa.mass()),
                        Cell.of(psa.exceeds())));
            }
        }
        if (series.isEmpty()) {
            return;
        }
        series.add(
                Series.of("P = mass", new double[] {0, 1}, new double[] {0, 1}).dashed());
        sections.add(new LineChart(
                "P against true mass",
                "Where PSA stopped: the mass it believed to have, at least, and the mass it had, both the least of the heads that share"
                        + " a selection. Above the line P was a bound, below it was not.",
                Axis.linear("P", Format.SHARE),
                Axis.linear("true mass", Format.SHARE),
                series,
                List.of()));
        sections.add(new Table(
                "How often P exceeds true mass",
                "Over sampled selections that a P ended.",
                List.of(
                        Column.text("attention"),
                        Column.of("context", Format.COUNT),
                        Column.of("selections", Format.COUNT),
                        Column.of("mean P", Format.SHARE),
                        Column.of("mean true mass", Format.SHARE),
                        Column.of("P above it", Format.SHARE)),
                cells));
    }

    private static <T> double[] values(List<T> items, ToDoubleFunction<T> value) {
        return items.stream().mapToDouble(value).toArray();
    }

    private static TextScores text(EvaluationRow row) {
        return java.util.Objects.requireNonNull(row.text());
    }

    private static String name(EvaluationRow row) {
        return row.attention() + AT + row.context();
    }
}
