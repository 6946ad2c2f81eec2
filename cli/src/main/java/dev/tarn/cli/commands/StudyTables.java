package dev.tarn.cli.commands;

import dev.tarn.cli.console.Console;
import dev.tarn.cli.console.TextTable;
import dev.tarn.cli.console.Units;
import dev.tarn.study.StudyOptions;
import dev.tarn.study.StudyResult;
import dev.tarn.study.access.AccessResult;
import dev.tarn.study.access.PolicyRow;
import dev.tarn.study.fidelity.FidelityResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The study's three tables. */
final class StudyTables {
    private StudyTables() {}

    static void print(Console console, StudyResult result, StudyOptions options) {
        console.out().println("Facts found in book text, question and answer under each attention:");
        fidelity(result).printTo(console);
        AccessResult access = result.access();
        console.out()
                .println("\nWhat " + options.trace().steps() + " decode steps over " + result.tracedText()
                        + " read, from "
                        + options.trace().context() + " tokens on ("
                        + access.trace().metadata().attention() + ", source "
                        + options.trace().source() + "):");
        AnalysisFields.table(access.analysis()).printTo(console);
        console.out()
                .println("\nWhat a reservation would have caught (one step reads "
                        + access.cliff().entries()
                        + " entries; slowdown by Levy's serial misses: T = "
                        + Units.fixed(options.reserve().stepBudgets().getFirst() * 1e3, 1) + " ms, latency "
                        + Units.fixed(options.reserve().latencies().getFirst() * 1e9, 0) + " ns, "
                        + options.reserve().sequences() + " sequences, MLP "
                        + options.reserve().mlp() + "):");
        reservation(access).printTo(console);
    }

    private static TextTable fidelity(StudyResult result) {
        TextTable table = new TextTable()
                .numbers("context")
                .words("attention")
                .numbers("right")
                .numbers("recall")
                .numbers("decode tok/s")
                .numbers("KV read/token")
                .numbers("index read/token");
        for (FidelityResult r : result.fidelity()) {
            table.row(
                    r.context(),
                    r.attention(),
                    r.right() + "/" + r.asked(),
                    Units.fixed(r.recall(), 3),
                    Units.fixed(r.decodeTokS(), 0),
                    Units.bytes(r.kvBytesPerToken()),
                    r.indexBytesPerToken() == 0 ? "" : Units.bytes(r.indexBytesPerToken()));
        }
        return table;
    }

    /** Token-granular, unified: page and per-layer rows are in the report and in study.json. */
    private static TextTable reservation(AccessResult access) {
        Map<Long, List<PolicyRow>> byCapacity = new TreeMap<>();
        for (PolicyRow row : access.rows()) {
            if (row.granularity().equals("token") && row.sharing().equals("unified")) {
                byCapacity
                        .computeIfAbsent(row.capacity(), _ -> new ArrayList<>())
                        .add(row);
            }
        }
        TextTable table = new TextTable().numbers("reserve").numbers("x layers*k");
        List<PolicyRow> policies = byCapacity.values().iterator().next();
        policies.forEach(row -> table.numbers(row.policy() + " hits"));
        policies.forEach(row -> table.numbers(row.policy() + " slowdown"));
        for (List<PolicyRow> rows : byCapacity.values()) {
            List<Object> cells = new ArrayList<>();
            cells.add(Units.bytes((double) rows.getFirst().capacityBytes()));
            cells.add(Units.fixed(rows.getFirst().footprints(), 2));
            rows.forEach(row -> cells.add(Units.percent(row.hitRate())));
            rows.forEach(row -> cells.add(Units.fixed(row.slowdown(), 3)));
            table.row(cells.toArray());
        }
        return table;
    }
}
