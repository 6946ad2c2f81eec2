package dev.tarn.sim.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** A report of a study's shape and size (8 layers, 512 steps, 4.6K positions, 4 policies), its numbers invented from one seed. */
final class StudySample {
    private static final int LAYERS = 8;
    private static final int STEPS = 512;
    private static final int K = 256;
    private static final int ENTRY_BYTES = 512;
    private static final String[] POLICIES = {"lru", "opt", "fifo", "random"};
    private static final String[] ATTENTIONS = {"dense", "dsa:k=64", "dsa:k=128", "dsa:k=256"};

    private final Random random = new Random(7);

    /** Writes the sample to the file named, to be looked at. */
    public static void main(String[] args) {
        HtmlReport.write(Path.of(args[0]), new StudySample().report());
    }

    Report report() {
        return new Report(
                "Tarn study of tiny-reader-7m",
                "The embedded model read long contexts under dense and under sparse attention and was asked for needles planted in "
                        + "them. What every layer selected was recorded and replayed through caches, to see how much fast memory it "
                        + "takes to hold what is read again, and what that buys.",
                List.of(
                        Fact.of("model", "tiny (tiny-reader-7m-q8_0.gguf)"),
                        Fact.of("sha256", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
                        Fact.of("attention", "dense, dsa:k=64, dsa:k=128, dsa:k=256"),
                        Fact.of("--trace-source", "text")
                                .because(
                                        "A small model's own greedy text loops, and would flatter the figures: the traced steps are "
                                                + "teacher-forced over held-out book text."),
                        Fact.of("seed", "1"),
                        Fact.of("texts", "Burnett_Garden_1911.txt, Doyle_Hound_1902.txt, Stevenson_Treasure_1883.txt"),
                        Fact.of("CPU", "AMD EPYC 7B13, 2 cores, 256-bit vectors"),
                        Fact.of("JVM", "OpenJDK 25+36"),
                        Fact.of("date", "2026-11-22")),
                List.of(
                        fidelity(),
                        needles(),
                        newLookups(),
                        selections(),
                        overlap(),
                        metrics(),
                        missRatios(),
                        slowdown(),
                        capacities()));
    }

    private Section fidelity() {
        var rows = new ArrayList<List<Cell>>();
        for (var a = 0; a < ATTENTIONS.length; a++) {
            for (var context : new int[] {2048, 4096, 8192}) {
                var k = 32 << a;
                rows.add(List.of(
                        Cell.of(ATTENTIONS[a]),
                        Cell.of(context),
                        Cell.of(a == 0 ? 20 : 14 + a, 20),
                        a == 0 ? Cell.none() : Cell.of(0.7 + 0.08 * a - context / 1e5),
                        Cell.of(a == 0 ? 9e5 / context : 410 - k / 2.0),
                        Cell.of((a == 0 ? context : k) * (double) ENTRY_BYTES * LAYERS),
                        a == 0 ? Cell.none() : Cell.of(context * 128.0 * LAYERS)));
            }
        }
        return new Table(
                "Fidelity and speed",
                "Sparse attention reads the same few entries however long the context grows, where dense attention reads them all; the "
                        + "index it ranks with still grows with the context.",
                List.of(
                        Column.text("attention"),
                        Column.of("context", Format.COUNT),
                        Column.of("answers right", Format.COUNT),
                        Column.of("attention recall", Format.SHARE),
                        Column.of("tokens/s", Format.RATE),
                        Column.of("KV read", Format.BYTES).under("bytes per token"),
                        Column.of("index read", Format.BYTES).under("bytes per token")),
                rows);
    }

    private Section needles() {
        var panels = new ArrayList<Section>();
        for (var a = 0; a < ATTENTIONS.length; a++) {
            var right = new int[5][3];
            var asked = new int[5][3];
            for (var y = 0; y < 5; y++) {
                for (var x = 0; x < 3; x++) {
                    asked[y][x] = y == 2 && x == 2 && a == 3 ? 0 : 4;
                    right[y][x] = Math.min(asked[y][x], a == 0 ? 4 : random.nextInt(5));
                }
            }
            panels.add(HeatMap.ofShares(
                    ATTENTIONS[a],
                    "",
                    Bands.of("context", List.of("2K", "4K", "8K")),
                    Bands.of("depth", List.of("0 %", "25 %", "50 %", "75 %", "100 %")),
                    right,
                    asked,
                    "answers right"));
        }
        return new Panels(
                "Needles by length and depth",
                "Each cell is a context of one length with the needle at one depth: how many of the questions were answered right. A "
                        + "faint cell is a place the attention cannot see.",
                panels);
    }

    private Section newLookups() {
        var values = new double[LAYERS][STEPS];
        for (var row : values) {
            for (var i = 0; i < row.length; i++) {
                row[i] = Math.min(1, Math.max(0, 0.5 + 0.15 * random.nextGaussian()));
            }
        }
        return new HeatMap(
                "New lookups by layer and step",
                "The share of each selection that the step before did not hold. A strong column is a step that changed the subject; a "
                        + "strong row a layer that no cache can serve.",
                Bands.bins("decode step", 0, 1, STEPS),
                Bands.numbered("layer", LAYERS),
                values,
                null,
                new HeatMap.Color("share of k", Format.SHARE, 0, 1, HeatMap.Ramp.LINEAR));
    }

    private Section selections() {
        var options = IntStream.range(0, LAYERS).<Section>mapToObj(this::layer).toList();
        return new Choice(
                "Selections by layer and step",
                "Every column is a group of steps, every row a stretch of the context; the colour says how many of its entries were "
                        + "selected. Horizontal streaks are entries read again and again: those are what a reservation holds.",
                "Layer",
                options);
    }

    private HeatMap layer(int layer) {
        var columns = STEPS / 2;
        var values = new double[72][columns];
        for (var x = 0; x < columns; x++) {
            for (var i = 0; i < K; i++) {
                var t = 4096 + 2 * x;
                var s = random.nextInt(3) == 0
                        ? t - random.nextInt(200)
                        : (int) (t * Math.pow(random.nextDouble(), 1 + layer % 3));
                values[s / 64][x]++;
            }
        }
        for (var y = 0; y < 72; y++) {
            for (var x = 0; x < columns; x++) {
                values[y][x] = y * 64 > 4096 + 2 * x ? Double.NaN : values[y][x];
            }
        }
        return new HeatMap(
                "Layer " + layer,
                "",
                Bands.bins("decode step", 0, 2, columns),
                Bands.bins("position", 0, 64, 72),
                values,
                null,
                new HeatMap.Color("entries selected", Format.COUNT, 0, 64, HeatMap.Ramp.LOG));
    }

    private Section overlap() {
        return new Panels(
                "Overlap per layer",
                "How much of a selection was selected before, beside what two random selections of the same size would share (k/t).",
                List.of(overlap("From step to step", 0.45), overlap("From layer to layer", 0.36)));
    }

    private BarChart overlap(String title, double mean) {
        var found = random.doubles(LAYERS, mean - 0.2, mean + 0.2).toArray();
        var chance = random.doubles(LAYERS, 0.055, 0.06).toArray();
        return new BarChart(
                title,
                "",
                Bands.numbered("layer", LAYERS),
                Axis.linear("fraction of k", Format.SHARE).between(0, 1),
                List.of(Bars.of("overlap", found), Bars.reference("chance", chance)),
                List.of());
    }

    private Section metrics() {
        var names = List.of(
                "working set (k)",
                "persistence (steps)",
                "lookback (k)",
                "new lookups (of k)",
                "inter-layer overlap (of k)");
        double[][] levy = {{5.15, 7.2, 1.02}, {1.82, 5, 2.86}, {3.29, 7.77, 2.48}, {0.55, 0.9, 0.22}, {0.36, 0.63, 0.16}
        };
        var rows = new ArrayList<List<Cell>>();
        for (var i = 0; i < names.size(); i++) {
            var row = new ArrayList<>(List.of(Cell.of(names.get(i))));
            for (var value : levy[i]) {
                row.add(Cell.of(value * (0.8 + 0.4 * random.nextDouble())));
            }
            for (var value : levy[i]) {
                row.add(Cell.of(value));
            }
            rows.add(row);
        }
        var columns = new ArrayList<>(List.of(Column.text("metric")));
        for (var group : List.of("this run", "Levy, Llama-3.x, t ≤ 1.7K")) {
            for (var name : List.of("mean", "P95", "σ")) {
                columns.add(Column.of(name, Format.NUMBER).under(group));
            }
        }
        return new Table("Access metrics", "The six metrics as Levy defines them.", columns, rows);
    }

    private Section missRatios() {
        var options = new ArrayList<Section>();
        for (var granularity : List.of("token", "page of 16")) {
            for (var sharing : List.of("unified", "per layer")) {
                options.add(missRatio(granularity + ", " + sharing));
            }
        }
        return new Choice(
                "Miss ratio by capacity and policy",
                "The share of selected entries that had to be fetched. Left of the line LRU hits next to nothing: every step walks all "
                        + "layers in turn, so whatever is smaller than layers × k is overwritten before it is asked for again.",
                "Granularity and sharing",
                options);
    }

    private LineChart missRatio(String title) {
        var series = new ArrayList<Series>();
        for (var p = 0; p < POLICIES.length; p++) {
            var policy = p;
            var x = IntStream.rangeClosed(1, 4608).mapToDouble(i -> i * 8.0).toArray();
            var y = IntStream.range(0, x.length)
                    .mapToDouble(i -> ratio(policy, x[i]))
                    .toArray();
            series.add(Series.of(POLICIES[p], x, y).thinned(0.002));
        }
        return new LineChart(
                title,
                "",
                Axis.log2("capacity in entries", Format.COUNT)
                        .also("× layers·k", 1.0 / (LAYERS * K), Format.FACTOR)
                        .also("bytes", ENTRY_BYTES, Format.BYTES),
                Axis.linear("miss ratio", Format.SHARE).between(0, 1),
                series,
                List.of(Mark.atX(LAYERS * K, "the cliff: layers × k")));
    }

    private static double ratio(int policy, double capacity) {
        var filled = capacity / (LAYERS * K);
        return switch (policy) {
            case 0 -> filled < 1 ? 1 : Math.max(0.03, 0.5 * Math.pow(filled, -0.8));
            case 1 -> Math.max(0.02, 1 - 0.6 * Math.min(filled, 1)) / Math.max(1, Math.pow(filled, 0.9));
            case 2 -> filled < 1 ? 1 : Math.max(0.04, 0.6 * Math.pow(filled, -0.7));
            default -> Math.max(0.04, Math.exp(-0.5 * filled) * 0.9 + 0.02);
        };
    }

    private Section slowdown() {
        var panels = new ArrayList<Section>();
        for (var latency : new int[] {100, 200, 500}) {
            var series = new ArrayList<Series>();
            var x = IntStream.rangeClosed(0, 20).mapToDouble(i -> i).toArray();
            for (var p = 0; p < POLICIES.length; p++) {
                var policy = p;
                series.add(Series.of(
                        POLICIES[p],
                        x,
                        IntStream.range(0, x.length)
                                .mapToDouble(i -> 1 + latency / 400.0 * ratio(policy, 1 + i * 1000))
                                .toArray()));
            }
            series.add(Series.of(
                            "Levy's table", new double[] {0, 5, 10, 15, 20}, new double[] {1.87, 1.67, 1.5, 1.3, 1.15})
                    .points());
            panels.add(new LineChart(
                    latency + " ns per miss",
                    "",
                    Axis.linear("reserve in MB", Format.NUMBER),
                    Axis.linear("slowdown", Format.FACTOR).between(1, 2.5),
                    series,
                    List.of(Mark.atY(1.1, "10 % slower"))));
        }
        return new Panels(
                "Slowdown by reserve",
                "This is Levy's serial-miss model, not a measurement.\n\nThe paper leaves k, page size, entry bytes, step budget and "
                        + "sharing unsaid; here they are k = 256, pages of 16 tokens, 512 bytes, 10 ms and one pool for all layers.",
                panels);
    }

    private Section capacities() {
        var rows = new ArrayList<List<Cell>>();
        for (var capacity : new int[] {1024, 2048, 4096, 8192, 16384}) {
            for (var p = 0; p < POLICIES.length; p++) {
                rows.add(List.of(
                        Cell.of(capacity),
                        Cell.of(POLICIES[p]),
                        Cell.of(1 - ratio(p, capacity)),
                        Cell.of(1 + 0.87 * ratio(p, capacity))));
            }
        }
        return new Table(
                "Hit rate and slowdown",
                "The same as numbers.",
                List.of(
                        Column.of("capacity (entries)", Format.COUNT),
                        Column.text("policy"),
                        Column.of("hit rate", Format.SHARE),
                        Column.of("slowdown", Format.FACTOR)),
                rows);
    }
}
