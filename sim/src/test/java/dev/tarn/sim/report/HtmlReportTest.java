package dev.tarn.sim.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HtmlReportTest {
    private static final String HOSTILE = "</script><script>alert('x')</script><!--\"&{{script}}\u2028";
    private static final Pattern SCRIPT = Pattern.compile("<script[^>]*>(.*?)</script>", Pattern.DOTALL);

    @TempDir
    Path folder;

    @Test
    void render_study_holdsEverySectionUnderItsAnchor() {
        var report = new StudySample().report();
        var html = HtmlReport.render(report);
        var anchors = find("<section id=\"([^\"]+)\">\n<h2>([^<]+)</h2>", html);
        assertThat(anchors.stream().map(m -> m.group(2)))
                .containsExactlyElementsOf(
                        report.sections().stream().map(Section::title).toList());
        assertThat(find("<li><a href=\"#([^\"]+)\">", html).stream().map(m -> m.group(1)))
                .containsExactlyElementsOf(anchors.stream().map(m -> m.group(1)).toList())
                .doesNotHaveDuplicates();
    }

    @Test
    void render_study_givesEveryPlaceItsChart() {
        var html = HtmlReport.render(new StudySample().report());
        var charts = charts(html);
        var places = find("data-chart=\"(\\d+)\"", html);
        // 4 needle grids, the overview, 8 layers, 2 overlaps, 4 miss ratios, 3 slowdowns
        assertThat(charts).hasSize(22);
        assertThat(places.stream().map(m -> Integer.parseInt(m.group(1))))
                .containsExactlyElementsOf(
                        java.util.stream.IntStream.range(0, 22).boxed().toList());
        assertThat(charts.get(5).get("kind").asString()).isEqualTo("heat");
        assertThat(charts.get(5).get("values").get(71).get(0).isNull())
                .as("positions not yet written are gaps, not zeros")
                .isTrue();
        assertThat(charts.get(15).get("marks").get(0).get("value").asInt()).isEqualTo(2048);
    }

    @Test
    void render_study_staysBelowTwoMegabytes() {
        assertThat(HtmlReport.render(new StudySample().report()).getBytes(StandardCharsets.UTF_8))
                .hasSizeLessThan(2_000_000);
    }

    @Test
    void render_anyReport_refersToNothingOutside() {
        var html = HtmlReport.render(new StudySample().report());
        assertThat(find("(?:src|href|action|data|poster)=\"([^\"]*)\"", withoutScripts(html)))
                .allSatisfy(m -> assertThat(m.group(1)).startsWith("#"));
        assertThat(html.substring(0, html.indexOf("</style>"))).doesNotContain("url(", "@import");
        assertThat(html).contains("default-src 'none'");
    }

    @Test
    void render_anyReport_allowsExactlyTheTwoScriptsItBrings() throws Exception {
        var html = HtmlReport.render(small("m"));
        var scripts = find(SCRIPT.pattern(), html);
        assertThat(scripts).hasSize(3);
        for (var script : scripts.subList(1, 3)) {
            var digest =
                    MessageDigest.getInstance("SHA-256").digest(script.group(1).getBytes(StandardCharsets.UTF_8));
            assertThat(html).contains("'sha256-" + Base64.getEncoder().encodeToString(digest) + "'");
        }
    }

    @Test
    void render_hostileStrings_stayText() {
        var html = HtmlReport.render(hostile());
        assertThat(find("<script", html)).as("the page's own three").hasSize(3);
        assertThat(withoutScripts(html)).doesNotContain("alert('x')", "<!--");
        assertThat(data(html)).doesNotContain("<", ">", "\u2028");
        assertThat(charts(html).get(0).get("title").asString()).isEqualTo(HOSTILE);
        assertThat(charts(html).get(2).get("labels").get(0).get(0).asString()).isEqualTo(HOSTILE);
    }

    @Test
    void render_sameReportTwice_givesTheSameBytes() {
        assertThat(HtmlReport.render(new StudySample().report()))
                .isEqualTo(HtmlReport.render(new StudySample().report()));
    }

    @Test
    void render_smallReport_givesThisMarkup() {
        var html = HtmlReport.render(small("a <b>"));
        var main = html.substring(html.indexOf("<main"), html.indexOf("</main>"));
        assertThat(main).isEqualTo("""
                <main id="sections">
                <section id="speed">
                <h2>Speed</h2>
                <p class="caption">More is better.</p>
                <p class="caption">Dense reads all.</p>
                <div class="scroll" tabindex="0" role="region" aria-label="Speed">
                <table>
                <thead>
                <tr><td colspan="1"></td><th scope="colgroup" class="group" colspan="2">here</th></tr>
                <tr><th scope="col">model</th><th scope="col" class="num">tokens/s</th><th scope="col" class="num">right</th></tr>
                </thead>
                <tbody>
                <tr><th scope="row">a &lt;b&gt;</th><td class="num">1,234.5</td><td class="num">3 / 4</td></tr>
                <tr class="next"><th scope="row">c</th><td class="num">–</td><td class="num">0 / 4</td></tr>
                </tbody>
                </table>
                </div>
                </section>
                <section id="curve">
                <h2>Curve</h2>
                <div class="place" data-chart="0"></div>
                </section>
                """);
        assertThat(data(html)).isEqualTo("""
                [{"kind":"line","title":"Curve","x":{"name":"entries","format":"count","scale":"log2","also":[{"name":"k",\
                "factor":0.5,"format":"factor"}]},"y":{"name":"misses","format":"share","scale":"linear","min":0.0,"max":1.0,\
                "also":[]},"series":[{"name":"lru","x":[1,2,4],"y":[1,0.333333,null],"stroke":"solid"}],\
                "marks":[{"on":"x","value":2.0,"label":"cliff"}]}]""");
    }

    @Test
    void write_existingFile_replacesItAndLeavesNothingBeside() throws Exception {
        var file = folder.resolve("report.html");
        Files.writeString(file, "old");
        HtmlReport.write(file, small("m"));
        assertThat(file).hasContent(HtmlReport.render(small("m")));
        assertThat(folder).isDirectoryContaining(file::equals);
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void write_missingFolder_saysWhichFileAndWhatToDo() {
        var file = folder.resolve("missing").resolve("report.html");
        assertThatThrownBy(() -> HtmlReport.write(file, small("m")))
                .isInstanceOf(ReportException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("give a folder that exists and is writable")
                .hasMessageNotContaining("\n");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void write_folderInPlaceOfTheFile_leavesNothingBehind() throws Exception {
        var file = Files.createDirectories(folder.resolve("report.html").resolve("inside"))
                .getParent();
        assertThatThrownBy(() -> HtmlReport.write(file, small("m"))).isInstanceOf(ReportException.class);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    private static Report small(String model) {
        var columns = List.of(
                Column.text("model"),
                Column.of("tokens/s", Format.RATE).under("here"),
                Column.of("right", Format.COUNT).under("here"));
        var rows = List.of(
                List.of(Cell.of(model), Cell.of(1234.5), Cell.of(3, 4)),
                List.of(Cell.of("c"), Cell.none(), Cell.of(0, 4)));
        var curve = new LineChart(
                "Curve",
                "",
                Axis.log2("entries", Format.COUNT).also("k", 0.5, Format.FACTOR),
                Axis.linear("misses", Format.SHARE).between(0, 1),
                List.of(Series.of("lru", new double[] {1, 2, 4}, new double[] {1, 1 / 3.0, Double.NaN})),
                List.of(Mark.atX(2, "cliff")));
        return new Report(
                model,
                "Two sentences.",
                List.of(Fact.of("seed", "1")),
                List.of(new Table("Speed", "More is better.\n\nDense reads all.", columns, rows), curve));
    }

    /** A report whose every string tries to leave its place. */
    private static Report hostile() {
        var axis = Axis.linear(HOSTILE, Format.NUMBER).also(HOSTILE, 2, Format.NUMBER);
        var bands = Bands.of(HOSTILE, List.of(HOSTILE));
        var one = new double[] {1};
        var lines = new LineChart(
                HOSTILE, HOSTILE, axis, axis, List.of(Series.of(HOSTILE, one, one)), List.of(Mark.atX(1, HOSTILE)));
        var bars = new BarChart(HOSTILE, HOSTILE, bands, axis, List.of(Bars.of(HOSTILE, one)), List.of());
        var heat = new HeatMap(
                HOSTILE,
                HOSTILE,
                bands,
                bands,
                new double[][] {one},
                List.of(List.of(HOSTILE)),
                new HeatMap.Color(HOSTILE, Format.NUMBER, 0, 1, HeatMap.Ramp.LOG));
        var table = new Table(
                HOSTILE, HOSTILE, List.of(Column.text(HOSTILE).under(HOSTILE)), List.of(List.of(Cell.of(HOSTILE))));
        return new Report(
                HOSTILE,
                HOSTILE,
                List.of(Fact.of(HOSTILE, HOSTILE).because(HOSTILE)),
                List.of(
                        new Choice(HOSTILE, HOSTILE, HOSTILE, List.of(lines, bars)),
                        new Panels(HOSTILE, HOSTILE, List.of(heat, table)),
                        new Note(HOSTILE, HOSTILE)));
    }

    private static List<MatchResult> find(String pattern, String text) {
        return Pattern.compile(pattern, Pattern.DOTALL).matcher(text).results().toList();
    }

    private static String withoutScripts(String html) {
        return SCRIPT.matcher(html).replaceAll("");
    }

    private static String data(String html) {
        return find(SCRIPT.pattern(), html).getFirst().group(1);
    }

    private static JsonNode charts(String html) {
        return JsonMapper.shared().readTree(data(html));
    }
}
