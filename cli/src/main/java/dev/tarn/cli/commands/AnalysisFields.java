package dev.tarn.cli.commands;

import dev.tarn.cli.console.TextTable;
import dev.tarn.cli.console.Units;
import dev.tarn.cli.json.JsonDocument;
import dev.tarn.sim.analysis.AnalysisReport;
import dev.tarn.sim.analysis.LayerReport;
import dev.tarn.sim.analysis.Summary;
import dev.tarn.study.access.LevyFigures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An analysis as JSON fields and as a table. */
final class AnalysisFields {
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
            LevyFigures levy = LevyFigures.of(metric);
            table.row(
                    metric.jsonName(),
                    LevyFigures.unit(metric),
                    number(summary.mean()),
                    number(summary.p95()),
                    number(summary.sd()),
                    number(summary.chance()),
                    number(summary.lift()),
                    number(levy.mean()),
                    number(levy.p95()),
                    number(levy.sd()));
        });
        return table;
    }

    private static String number(@Nullable Double value) {
        return value == null || value.isNaN() ? "" : Units.fixed(value, 2);
    }
}
