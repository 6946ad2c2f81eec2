package dev.tarn.cli.commands;

import dev.tarn.cli.console.Console;
import dev.tarn.cli.console.TextTable;
import dev.tarn.cli.console.Units;
import dev.tarn.study.StudyOptions;
import dev.tarn.study.StudyResult;
import dev.tarn.study.access.AccessResult;
import dev.tarn.study.access.PolicyRow;
import dev.tarn.study.fidelity.FidelityResult;

/** The study's three tables. */
final class StudyTables {
    private StudyTables() {}

    static void print(Console console, StudyResult result, StudyOptions options) {
        console.out().println("Facts found in book text, question and answer under each attention:");
        fidelity(result).printTo(console);
        AccessResult access = result.access();
        console.out().println("\nWhat " + options.trace().steps() + " decode steps over " + result.tracedText() + " read, from "
                + options.trace().context() + " tokens on (" + access.trace().metadata().attention() + ", source "
                + options.trace().source() + "):");
        AnalysisFields.table(access.analysis()).printTo(console);
        console.out().println("\nWhat a reservation would have caught (one step reads " + access.cliff().entries()
                + " entries; slowdown by Levy's serial misses: T = "
                + Units.fixed(options.reserve().stepBudgets().getFirst() * 1e3, 1) + " ms, latency "
                + Units.fixed(options.reserve().latencies().getFirst() * 1e9, 0) + " ns, "
                + options.reserve().sequences() + " sequences, MLP " + options.reserve().mlp() + "):");
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
        TextTable table = new TextTable()
                .numbers("reserve")
                .numbers("x layers*k")
                .words("policy")
                .numbers("hit rate")
                .numbers("misses/step")
                .numbers("slowdown");
        for (PolicyRow r : access.rows()) {
            if (r.granularity().equals("token") && r.sharing().equals("unified")) {
                table.row(
                        Units.bytes((double) r.capacityBytes()),
                        Units.fixed(r.footprints(), 2),
                        r.policy(),
                        Units.percent(r.hitRate()),
                        Units.fixed(r.missesPerStep(), 1),
                        Units.fixed(r.slowdown(), 3));
            }
        }
        return table;
    }
}
