package dev.tarn.study.report;

import dev.tarn.sim.analysis.AnalysisReport;
import dev.tarn.sim.analysis.LayerReport;
import dev.tarn.sim.analysis.Metric;
import dev.tarn.sim.analysis.Summary;
import dev.tarn.sim.report.Axis;
import dev.tarn.sim.report.Bands;
import dev.tarn.sim.report.BarChart;
import dev.tarn.sim.report.Bars;
import dev.tarn.sim.report.Cell;
import dev.tarn.sim.report.Column;
import dev.tarn.sim.report.Format;
import dev.tarn.sim.report.Panels;
import dev.tarn.sim.report.Section;
import dev.tarn.sim.report.Table;
import dev.tarn.study.access.AccessResult;
import dev.tarn.study.access.LevyFigures;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The access metrics: overlap per layer, and all six beside Levy's. */
final class AccessSections {
    private static final String LEVY = "Levy";

    private AccessSections() {}

    static List<Section> of(AccessResult result) {
        return List.of(overlap(result.analysis()), table(result.analysis()));
    }

    private static Section overlap(AnalysisReport report) {
        Section before = bars(
                report,
                "With the step before",
                Metric.NEW_LOOKUPS,
                summary -> 1 - summary.mean(),
                summary -> 1 - chance(summary));
        Section below =
                bars(report, "With the layer below", Metric.INTER_LAYER_OVERLAP, Summary::mean, AccessSections::chance);
        return new Panels(
                "Overlap by layer",
                "How much of a selection was read one step before by the same layer, and at the same step by the layer below. Hollow"
                        + " bars are what random selections of the same size would share (k/t): only the part above them is locality.",
                List.of(before, below));
    }

    private static double chance(Summary summary) {
        Double chance = summary.chance();
        return chance == null ? Double.NaN : chance;
    }

    private static Section bars(
            AnalysisReport report,
            String title,
            Metric metric,
            ToDoubleFunction<Summary> overlap,
            ToDoubleFunction<Summary> chance) {
        List<LayerReport> layers = report.layers();
        double[] values = new double[layers.size()];
        double[] byChance = new double[layers.size()];
        for (int i = 0; i < layers.size(); i++) {
            Summary summary = layers.get(i).metrics().get(metric);
            values[i] = summary == null ? Double.NaN : overlap.applyAsDouble(summary);
            byChance[i] = summary == null ? Double.NaN : chance.applyAsDouble(summary);
        }
        List<String> names =
                layers.stream().map(layer -> Integer.toString(layer.layer())).toList();
        return new BarChart(
                title,
                "",
                Bands.of("layer", names),
                Axis.linear("fraction of k", Format.SHARE).between(0, 1),
                List.of(Bars.of("overlap", values), Bars.reference("chance", byChance)),
                List.of());
    }

    private static Section table(AnalysisReport report) {
        List<List<Cell>> rows = new ArrayList<>();
        report.metrics().forEach((metric, summary) -> rows.add(row(metric, summary)));
        return new Table(
                "Access metrics",
                "Pooled over layers, with k = " + report.k()
                        + ". Levy's figures are of Llama-3.x with k from 64 to 256 at up to 1.7K"
                        + " tokens; this model, this k and this context are others, so compare shapes, not digits. "
                        + report.cutRuns() + " runs cut by the trace's ends are left out of persistence.",
                List.of(
                        Column.text("metric"),
                        Column.text("unit"),
                        Column.of("mean", Format.NUMBER),
                        Column.of("P95", Format.NUMBER),
                        Column.of("sd", Format.NUMBER),
                        Column.of("chance", Format.NUMBER),
                        Column.of("lift", Format.NUMBER),
                        Column.of("mean", Format.NUMBER).under(LEVY),
                        Column.of("P95", Format.NUMBER).under(LEVY),
                        Column.of("sd", Format.NUMBER).under(LEVY)),
                rows);
    }

    private static List<Cell> row(Metric metric, Summary summary) {
        LevyFigures levy = LevyFigures.of(metric);
        return List.of(
                Cell.of(metric.jsonName().replace('_', ' ')),
                Cell.of(LevyFigures.unit(metric)),
                Cell.of(summary.mean()),
                Cell.of(summary.p95()),
                Cell.of(summary.sd()),
                cell(summary.chance()),
                cell(summary.lift()),
                Cell.of(levy.mean()),
                Cell.of(levy.p95()),
                Cell.of(levy.sd()));
    }

    private static Cell cell(@Nullable Double value) {
        return value == null ? Cell.none() : Cell.of(value);
    }
}
