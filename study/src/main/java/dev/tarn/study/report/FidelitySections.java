package dev.tarn.study.report;

import dev.tarn.sim.report.Bands;
import dev.tarn.sim.report.Cell;
import dev.tarn.sim.report.Column;
import dev.tarn.sim.report.Format;
import dev.tarn.sim.report.HeatMap;
import dev.tarn.sim.report.Panels;
import dev.tarn.sim.report.Section;
import dev.tarn.sim.report.Table;
import dev.tarn.study.fidelity.FidelityOptions;
import dev.tarn.study.fidelity.FidelityResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What sparse attention found, lost and read. */
final class FidelitySections {
    private FidelitySections() {}

    static List<Section> of(List<FidelityResult> results, FidelityOptions options) {
        return List.of(table(results, options), grid(results));
    }

    private static Section table(List<FidelityResult> results, FidelityOptions options) {
        List<List<Cell>> rows = new ArrayList<>();
        for (FidelityResult r : results) {
            rows.add(List.of(
                    Cell.of(r.attention()),
                    Cell.of(r.context()),
                    Cell.of(r.right(), r.asked()),
                    Cell.of(r.recall()),
                    Cell.of(r.decodeTokS()),
                    Cell.of(r.kvBytesPerToken()),
                    r.indexBytesPerToken() == 0 ? Cell.none() : Cell.of(r.indexBytesPerToken())));
        }
        return new Table(
                "Answers, recall, speed and bytes",
                options.prompts() + " prompts of each length, " + options.needles()
                        + " facts in each. The text is read densely; question and answer attend as the row says. An answer is right"
                        + " if it is exactly the planted number. Recall is the share of dense attention mass inside the selection at"
                        + " the positions of question and answer, mean over query heads and layers. Bytes are those of selected"
                        + " entries, and of index keys that the ranking scored, over all layers. Speed includes the logits.",
                List.of(
                        Column.text("attention"),
                        Column.of("context", Format.COUNT),
                        Column.of("right", Format.COUNT),
                        Column.of("recall", Format.SHARE),
                        Column.of("decode tok/s", Format.RATE),
                        Column.of("KV", Format.BYTES).under("read per token"),
                        Column.of("index", Format.BYTES).under("read per token")),
                rows);
    }

    private static Section grid(List<FidelityResult> results) {
        Map<String, List<FidelityResult>> byAttention = new LinkedHashMap<>();
        results.forEach(r -> byAttention
                .computeIfAbsent(r.attention(), _ -> new ArrayList<>())
                .add(r));
        List<Section> panels = new ArrayList<>();
        byAttention.forEach((attention, rows) -> panels.add(panel(attention, rows)));
        return new Panels(
                "Needle grid",
                "Answers right by length of the context and depth of the fact (0 % is the beginning). A strong cell is a fact found;"
                        + " what dense attention finds and a sparse one does not was not selected.",
                panels);
    }

    private static Section panel(String attention, List<FidelityResult> rows) {
        int depths = rows.getFirst().depths().size();
        int[][] right = new int[depths][rows.size()];
        int[][] asked = new int[depths][rows.size()];
        for (int x = 0; x < rows.size(); x++) {
            for (int y = 0; y < depths; y++) {
                FidelityResult.Depth depth = rows.get(x).depths().get(depths - 1 - y);
                right[y][x] = depth.right();
                asked[y][x] = depth.asked();
            }
        }
        List<String> contexts =
                rows.stream().map(r -> Integer.toString(r.context())).toList();
        List<String> names = rows.getFirst().depths().reversed().stream()
                .map(d -> Math.round(d.from() * 100) + "-" + Math.round(d.to() * 100) + " %")
                .toList();
        return HeatMap.ofShares(
                attention, "", Bands.of("context", contexts), Bands.of("depth", names), right, asked, "answers right");
    }
}
