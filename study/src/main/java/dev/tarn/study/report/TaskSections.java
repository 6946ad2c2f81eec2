package dev.tarn.study.report;

import dev.tarn.sim.report.Bands;
import dev.tarn.sim.report.Cell;
import dev.tarn.sim.report.Column;
import dev.tarn.sim.report.Format;
import dev.tarn.sim.report.HeatMap;
import dev.tarn.sim.report.Panels;
import dev.tarn.sim.report.Section;
import dev.tarn.sim.report.Table;
import dev.tarn.study.EvaluationRow;
import dev.tarn.study.tasks.TaskScore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Answers to generated questions, in all and by length and depth. */
final class TaskSections {
    private TaskSections() {}

    static List<Section> of(List<EvaluationRow> rows) {
        List<Section> sections = new ArrayList<>();
        Map<String, Map<String, List<Asked>>> byTask = new LinkedHashMap<>();
        List<List<Cell>> cells = new ArrayList<>();
        for (EvaluationRow row : rows) {
            Map<String, TaskScore> tasks = row.tasks();
            if (tasks != null) {
                tasks.forEach((task, score) -> {
                    cells.add(List.of(
                            Cell.of(task),
                            Cell.of(row.context()),
                            Cell.of(row.attention()),
                            Cell.of(score.right(), score.n()),
                            Cell.of(score.rateError()),
                            Cell.of(score.kvBytesPerToken()),
                            Cell.of(score.indexBytesPerToken())));
                    if (!score.depths().isEmpty()) {
                        byTask.computeIfAbsent(task, _ -> new LinkedHashMap<>())
                                .computeIfAbsent(row.attention(), _ -> new ArrayList<>())
                                .add(new Asked(row.context(), score));
                    }
                });
            }
        }
        if (!cells.isEmpty()) {
            sections.add(table(cells));
        }
        byTask.forEach((task, byAttention) -> sections.add(grid(task, byAttention)));
        return sections;
    }

    private record Asked(int context, TaskScore score) {}

    private static Section table(List<List<Cell>> cells) {
        return new Table(
                "Tasks",
                "Contexts are read densely, questions and answers as the row says. An answer is right if each of its tokens is the"
                        + " model's likeliest. Bytes are those read at the positions of questions and answers.",
                List.of(
                        Column.text("task"),
                        Column.of("context", Format.COUNT),
                        Column.text("attention"),
                        Column.of("right", Format.COUNT),
                        Column.of("standard error", Format.SHARE),
                        Column.of("KV", Format.BYTES).under("read per token"),
                        Column.of("index", Format.BYTES).under("read per token")),
                cells);
    }

    private static Section grid(String task, Map<String, List<Asked>> byAttention) {
        List<Section> panels = new ArrayList<>();
        byAttention.forEach((attention, columns) -> panels.add(panel(attention, columns)));
        return new Panels(
                "Grid of " + task,
                "Answers right by length of the context and depth of what was asked for (0 % is the beginning).",
                panels);
    }

    private static Section panel(String attention, List<Asked> columns) {
        List<TaskScore.Depth> shares = columns.getFirst().score.depths().reversed();
        int[][] right = new int[shares.size()][columns.size()];
        int[][] asked = new int[shares.size()][columns.size()];
        for (int x = 0; x < columns.size(); x++) {
            List<TaskScore.Depth> depths = columns.get(x).score.depths().reversed();
            for (int y = 0; y < depths.size(); y++) {
                right[y][x] = depths.get(y).right();
                asked[y][x] = depths.get(y).n();
            }
        }
        List<String> contexts =
                columns.stream().map(c -> Integer.toString(c.context)).toList();
        List<String> names = shares.stream()
                .map(d -> Math.round(d.from() * 100) + "-" + Math.round(d.to() * 100) + " %")
                .toList();
        return HeatMap.ofShares(
                attention, "", Bands.of("context", contexts), Bands.of("depth", names), right, asked, "answers right");
    }
}
