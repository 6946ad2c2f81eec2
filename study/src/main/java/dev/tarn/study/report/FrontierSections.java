package dev.tarn.study.report;

import dev.tarn.sim.report.Axis;
import dev.tarn.sim.report.Format;
import dev.tarn.sim.report.LineChart;
import dev.tarn.sim.report.Mark;
import dev.tarn.sim.report.Panels;
import dev.tarn.sim.report.Section;
import dev.tarn.sim.report.Series;
import dev.tarn.study.EvaluationRow;
import dev.tarn.study.eval.TextScores;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Fidelity against bytes: what each method loses for what it reads. */
final class FrontierSections {
    /** A loss this small is drawn here: a logarithmic axis has no place for none. */
    private static final double LEAST_LOSS = 1e-4;

    private FrontierSections() {}

    static List<Section> of(List<EvaluationRow> rows) {
        Map<Integer, List<EvaluationRow>> byContext = new TreeMap<>();
        rows.forEach(row ->
                byContext.computeIfAbsent(row.context(), _ -> new ArrayList<>()).add(row));
        List<Section> sections = new ArrayList<>();
        byContext.forEach((context, some) -> {
            List<Section> panels = new ArrayList<>();
            panels.add(chart("KV entries alone", some, TextScores::kvBytesPerToken));
            panels.add(chart("with index data", some, TextScores::bytesPerToken));
            if (some.stream()
                    .anyMatch(row -> row.text() != null && !row.attention().equals("dense"))) {
                sections.add(new Panels(
                        "Frontier at " + context + " tokens",
                        "Perplexity over dense perplexity, minus one, against bytes read per token; further down and left is better."
                                + " Settings of one method are joined. What lost less than " + LEAST_LOSS
                                + " is drawn there. The lines mark 0.98 and 0.99 of dense.",
                        panels));
            }
        });
        return sections;
    }

    private static Section chart(String title, List<EvaluationRow> rows, ToDoubleFunction<TextScores> bytes) {
        Map<String, List<TextScores>> byMethod = new LinkedHashMap<>();
        for (EvaluationRow row : rows) {
            if (row.text() != null) {
                byMethod.computeIfAbsent(method(row.attention()), _ -> new ArrayList<>())
                        .add(row.text());
            }
        }
        List<Series> series = new ArrayList<>();
        byMethod.forEach((method, scores) -> {
            List<TextScores> sorted =
                    scores.stream().sorted(Comparator.comparingDouble(bytes)).toList();
            Series line = Series.of(
                    method,
                    sorted.stream().mapToDouble(bytes).toArray(),
                    sorted.stream()
                            .mapToDouble(s -> Math.max(LEAST_LOSS, s.perplexityRatio() - 1))
                            .toArray());
            series.add(sorted.size() == 1 ? line.points() : line);
        });
        return new LineChart(
                title,
                "",
                Axis.log2("read per token", Format.BYTES),
                Axis.log10("perplexity ratio - 1", Format.SHARE),
                series,
                List.of(Mark.atY(1 / 0.98 - 1, "0.98"), Mark.atY(1 / 0.99 - 1, "0.99")));
    }

    /** A spec without its knob, so that settings of one method make a line. */
    static String method(String attention) {
        return attention
                .replaceFirst("(?<=[:,])(k|eps|mu|tau)=[^,]+,?", "")
                .replaceFirst("(stop=(k|mass|marginal|prob)):[^,]+", "$1")
                .replaceFirst("[:,]$", "");
    }
}
