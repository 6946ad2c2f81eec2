package dev.tarn.study.report;

import dev.tarn.sim.hardware.SlowdownPoint;
import dev.tarn.sim.replay.MissRatioCurve;
import dev.tarn.sim.report.Axis;
import dev.tarn.sim.report.Cell;
import dev.tarn.sim.report.Column;
import dev.tarn.sim.report.Format;
import dev.tarn.sim.report.LineChart;
import dev.tarn.sim.report.Mark;
import dev.tarn.sim.report.Panels;
import dev.tarn.sim.report.Section;
import dev.tarn.sim.report.Series;
import dev.tarn.sim.report.Table;
import dev.tarn.study.access.AccessResult;
import dev.tarn.study.access.CurveGroup;
import dev.tarn.study.access.PolicyRow;
import dev.tarn.study.access.ReserveOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a reserved cache catches, and what that buys. */
final class ReserveSections {
    /** Points of a curve that move it by less than this are not drawn. */
    private static final double THIN = 0.002;

    private final AccessResult result;
    private final ReserveOptions options;

    private ReserveSections(AccessResult result, ReserveOptions options) {
        this.result = result;
        this.options = options;
    }

    static List<Section> of(AccessResult result, ReserveOptions options) {
        ReserveSections sections = new ReserveSections(result, options);
        return List.of(sections.curves(), sections.policies(), sections.grid(), sections.table());
    }

    private Mark cliff() {
        return Mark.atX((double) result.cliff().entries(), "the cliff: layers × k");
    }

    private Section curves() {
        return new Panels(
                "Miss ratio by reserve",
                "The share of selected entries that had to be fetched. Every step walks all layers in turn, so well below layers × k ("
                        + result.cliff().entries()
                        + " entries) plain LRU over one shared pool evicts each entry before its layer comes"
                        + " round again and hits next to nothing, while OPT, which knows the future, hits in proportion. A pool split"
                        + " per layer has no cliff: each layer keeps the part of its last selection that fits. Pages waste room on"
                        + " tokens that were not selected.",
                result.curves().stream().map(this::chart).toList());
    }

    private Section chart(CurveGroup group) {
        String sharing = group.sharing().equals("layer") ? "split per layer" : group.sharing();
        return new LineChart(
                group.granularity() + ", " + sharing,
                "",
                Axis.log2("reserved entries", Format.COUNT)
                        .also("× layers·k", 1.0 / result.cliff().entries(), Format.FACTOR)
                        .also("bytes", (double) result.trace().metadata().entryBytes(), Format.BYTES),
                Axis.linear("miss ratio", Format.SHARE).between(0, 1),
                group.curves().stream().map(ReserveSections::series).toList(),
                List.of(cliff()));
    }

    private static Series series(MissRatioCurve curve) {
        double[] x = Arrays.stream(curve.capacities()).asDoubleStream().toArray();
        return Series.of(curve.policy(), x, curve.missRatios()).thinned(THIN);
    }

    private Section policies() {
        Map<String, List<PolicyRow>> byPolicy = new LinkedHashMap<>();
        for (PolicyRow row : result.rows()) {
            if (row.granularity().equals("token") && row.sharing().equals("unified")) {
                byPolicy.computeIfAbsent(row.policy(), _ -> new ArrayList<>()).add(row);
            }
        }
        List<Series> series = new ArrayList<>();
        byPolicy.forEach((policy, rows) -> series.add(Series.of(
                policy,
                rows.stream().mapToDouble(PolicyRow::capacity).toArray(),
                rows.stream().mapToDouble(PolicyRow::slowdown).toArray())));
        return new LineChart(
                "Slowdown by policy",
                model() + " Entries resident token by token, one pool for all layers.",
                reserve(),
                Axis.linear("slowdown", Format.FACTOR),
                series,
                List.of(cliff()));
    }

    private String model() {
        return String.format(
                Locale.ROOT,
                "Levy's model: slowdown = (T + m · latency) / (T + r · latency), with T = %.1f ms, latency = %.0f ns / MLP %.0f, m the"
                        + " misses and r = layers × sequences the reads of one step of %d sequences.",
                options.stepBudgets().getFirst() * 1e3,
                options.latencies().getFirst() * 1e9,
                options.mlp(),
                options.sequences());
    }

    private Axis reserve() {
        return Axis.linear("reserved entries per sequence", Format.COUNT)
                .also("bytes", (double) result.trace().metadata().entryBytes(), Format.BYTES);
    }

    private Section grid() {
        List<Section> panels = new ArrayList<>();
        for (double budget : options.stepBudgets()) {
            for (int page : options.pages()) {
                panels.add(slowdownByLatency(budget, page));
            }
        }
        return new Panels(
                "Slowdown by reserve: the inputs that the paper leaves unsaid",
                "The same model under LRU for every step budget T, latency, and number of tokens that one read fetches together. Levy's"
                        + " table goes from 1.87 without a reserve to 1.15 with 20 MB, but states neither k, page, entry bytes, step budget"
                        + " nor sharing; this grid shows how far each of them moves the answer.",
                panels);
    }

    private Section slowdownByLatency(double budget, int page) {
        List<Series> series = new ArrayList<>();
        for (double latency : options.latencies().stream().sorted().toList()) {
            List<SlowdownPoint> points = result.slowdowns().stream()
                    .filter(p -> p.stepBudget() == budget && p.page() == page && p.latency() == latency)
                    .toList();
            series.add(Series.of(
                    String.format(Locale.ROOT, "%.0f ns", latency * 1e9),
                    points.stream().mapToDouble(SlowdownPoint::capacity).toArray(),
                    points.stream().mapToDouble(SlowdownPoint::slowdown).toArray()));
        }
        return new LineChart(
                String.format(
                        Locale.ROOT,
                        "T = %.1f ms, %s",
                        budget * 1e3,
                        page == 1 ? "1 token a read" : page + " tokens a read"),
                "",
                reserve(),
                Axis.linear("slowdown", Format.FACTOR),
                series,
                List.of());
    }

    private Section table() {
        List<List<Cell>> rows = new ArrayList<>();
        for (PolicyRow r : result.rows()) {
            rows.add(List.of(
                    Cell.of(r.policy()),
                    Cell.of(r.granularity()),
                    Cell.of(r.sharing()),
                    Cell.of((double) r.capacity()),
                    Cell.of(r.footprints()),
                    Cell.of((double) r.capacityBytes()),
                    Cell.of(r.hitRate()),
                    Cell.of(r.missesPerStep()),
                    Cell.of(r.slowdown())));
        }
        return new Table(
                "Hit rate and slowdown by capacity and policy",
                "Misses of pages count pages. " + model(),
                List.of(
                        Column.text("policy"),
                        Column.text("granularity"),
                        Column.text("sharing"),
                        Column.of("entries", Format.COUNT).under("reserve"),
                        Column.of("× layers·k", Format.NUMBER).under("reserve"),
                        Column.of("bytes", Format.BYTES).under("reserve"),
                        Column.of("hit rate", Format.SHARE),
                        Column.of("misses/step", Format.RATE),
                        Column.of("slowdown", Format.FACTOR)),
                rows);
    }
}
