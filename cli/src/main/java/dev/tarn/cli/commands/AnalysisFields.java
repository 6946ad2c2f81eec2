package dev.tarn.cli.commands;

import dev.tarn.cli.console.TextTable;
import dev.tarn.cli.console.Units;
import dev.tarn.cli.json.JsonDocument;
import dev.tarn.sim.analysis.AnalysisReport;
import dev.tarn.sim.analysis.LayerReport;
import dev.tarn.sim.analysis.Metric;
import dev.tarn.sim.analysis.Summary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An analysis as JSON fields and as a table. */
final class AnalysisFields {
    /** Levy's mean, P95 and standard deviation (table 3), for metrics that it has; page utilisation has a mean only. */
    static final Map<Metric, double[]> LEVY = Map.of(
            Metric.WORKING_SET, new double[] {5.15, 7.2, 1.02},
            Metric.PERSISTENCE, new double[] {1.82, 5, 2.86},
            Metric.LOOKBACK, new double[] {3.29, 7.77, 2.48},
            Metric.NEW_LOOKUPS, new double[] {0.55, 0.9, 0.22},
            Metric.INTER_LAYER_OVERLAP, new double[] {0.36, 0.63, 0.16},
            Metric.PAGE_UTILISATION, new double[] {0.35, Double.NaN, Double.NaN});

    private AnalysisFields() {}

    /** Puts {@code metrics}, {@code layers} and what they were computed over. */
    static JsonDocument put(JsonDocument document, AnalysisReport report) {
        List<Map<String, Object>> layers = new ArrayList<>();
        for (LayerReport layer : report.layers()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("layer", layer.layer());
            layer.metrics().forEach((metric, summary) -> fields.put(metric.jsonName(), summary));
            fields.put("cut_runs", layer.cutRuns());
            layers.add(fields);
        }
        Map<String, Summary> metrics = new LinkedHashMap<>();
        report.metrics().forEach((metric, summary) -> metrics.put(metric.jsonName(), summary));
        return document.put("k", report.k())
                .put("window", report.window())
                .put("page", report.page())
                .put("batches", report.batches())
                .put("dense_batches", report.denseBatches())
                .put("cut_runs", report.cutRuns())
                .put("metrics", metrics)
                .put("layers", layers);
    }

    /** The pooled metrics beside Levy's. */
    static TextTable table(AnalysisReport report) {
        TextTable table = new TextTable()
                .words("metric")
                .words("unit")
                .numbers("mean")
                .numbers("P95")
                .numbers("sd")
                .numbers("chance")
                .numbers("lift")
                .numbers("Levy mean")
                .numbers("P95")
                .numbers("sd");
        report.metrics().forEach((metric, summary) -> {
            double[] levy = LEVY.getOrDefault(metric, new double[] {Double.NaN, Double.NaN, Double.NaN});
            table.row(
                    metric.jsonName(),
                    unit(metric),
                    number(summary.mean()),
                    number(summary.p95()),
                    number(summary.sd()),
                    number(summary.chance()),
                    number(summary.lift()),
                    number(levy[0]),
                    number(levy[1]),
                    number(levy[2]));
        });
        return table;
    }

    /** What a metric is measured in. */
    static String unit(Metric metric) {
        return switch (metric) {
            case WORKING_SET, LOOKBACK -> "k";
            case PERSISTENCE -> "steps";
            case NEW_LOOKUPS, INTER_LAYER_OVERLAP -> "of k";
            case PAGE_UTILISATION -> "of page";
        };
    }

    private static String number(@Nullable Double value) {
        return value == null || value.isNaN() ? "" : Units.fixed(value, 2);
    }
}
