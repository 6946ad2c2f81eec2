package dev.tarn.cli.commands;

import dev.tarn.cli.console.TextTable;
import dev.tarn.cli.console.Units;
import dev.tarn.sim.hardware.SlowdownPoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Cells of the slowdown grid as JSON fields and as a table. Inputs of the model are no measurements, so they are named in SI units. */
final class SlowdownFields {
    private SlowdownFields() {}

    static List<Map<String, Object>> of(List<SlowdownPoint> points) {
        return points.stream().map(SlowdownFields::fields).toList();
    }

    private static Map<String, Object> fields(SlowdownPoint point) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("capacity", point.capacity());
        fields.put("capacity_bytes", point.capacityBytes());
        fields.put("read_page", point.page());
        fields.put("step_budget", point.stepBudget());
        fields.put("latency", point.latency());
        fields.put("misses_per_step", point.missesPerStep());
        fields.put("slowdown", point.slowdown());
        return fields;
    }

    static TextTable table(List<SlowdownPoint> points) {
        TextTable table = new TextTable()
                .numbers("reserve")
                .numbers("bytes")
                .numbers("read page")
                .numbers("T ms")
                .numbers("latency ns")
                .numbers("misses/step")
                .numbers("slowdown");
        for (SlowdownPoint p : points) {
            table.row(
                    p.capacity(),
                    Units.bytes((double) p.capacityBytes()),
                    p.page(),
                    Units.fixed(p.stepBudget() * 1e3, 1),
                    Units.fixed(p.latency() * 1e9, 0),
                    Units.fixed(p.missesPerStep(), 1),
                    Units.fixed(p.slowdown(), 3));
        }
        return table;
    }
}
