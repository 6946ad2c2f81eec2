package dev.tarn.sim.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes a {@link Report} as one HTML file that needs nothing else: style, script, chart library and data lie within. The page
 * forbids itself any request and any script but its own two, which it names by their hash, so a model called
 * {@code <script>} stays a name. The same report gives the same bytes.
 */
public final class HtmlReport {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");

    private HtmlReport() {}

    /**
     * Writes the report under a temporary name beside {@code file} and then moves it there, replacing what was there.
     *
     * @throws ReportException if the folder cannot be written; nothing is left behind
     */
    public static void write(Path file, Report report) {
        var html = render(report);
        var name = file.getFileName();
        var part =
                file.resolveSibling("." + name + "." + ProcessHandle.current().pid() + ".part");
        try {
            Files.writeString(part, html);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            discard(part, e);
            throw new ReportException(
                    "cannot write the report " + file + " (" + reason(e)
                            + "): give a folder that exists and is writable",
                    e);
        }
    }

    /** The page as text. */
    public static String render(Report report) {
        var sections = new SectionHtml(report.sections());
        var library = resource("echarts.min.js");
        var script = resource("report-values.js") + resource("report-charts.js") + resource("report-page.js");
        return fill(
                resource("report.html"),
                Map.ofEntries(
                        Map.entry("title", Html.escape(report.title())),
                        Map.entry("summary", Html.paragraphs(report.summary(), "summary")),
                        Map.entry("configuration", configuration(report)),
                        Map.entry("contents", sections.contents()),
                        Map.entry("sections", sections.html()),
                        Map.entry("style", resource("report.css")),
                        Map.entry("data", ChartJson.write(sections.charts())),
                        Map.entry("library", library),
                        Map.entry("script", script),
                        Map.entry("hashes", hash(library) + " " + hash(script)),
                        Map.entry("notice", Html.escape(resource("echarts-notice.txt"))),
                        Map.entry("license", Html.escape(resource("LICENSE")))));
    }

    private static String configuration(Report report) {
        var html = new StringBuilder();
        for (var fact : report.configuration()) {
            html.append(fact.note() == null ? "<div><dt>" : "<div class=\"wide\"><dt>")
                    .append(Html.escape(fact.name()))
                    .append("</dt><dd>");
            html.append(Html.escape(fact.value()));
            if (fact.note() != null) {
                html.append("<p>").append(Html.escape(fact.note())).append("</p>");
            }
            html.append("</dd></div>\n");
        }
        return html.toString();
    }

    /** Fills the template in one pass, so that nothing put in is ever read as a placeholder. */
    private static String fill(String template, Map<String, String> parts) {
        return PLACEHOLDER.matcher(template).replaceAll(match -> Matcher.quoteReplacement(part(parts, match.group(1))));
    }

    private static String part(Map<String, String> parts, String name) {
        var part = parts.get(name);
        if (part == null) {
            throw new IllegalStateException("report.html names the placeholder '" + name + "', which nothing fills");
        }
        return part;
    }

    /** The script's hash as a content security policy writes it; the browser hashes what stands between the tags. */
    private static String hash(String script) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String resource(String name) {
        try (var in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks the report's " + name + ": build it again");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("the jar's " + name + " cannot be read: build it again", e);
        }
    }

    private static void discard(Path part, IOException cause) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** What the file system said, without the path, which the message has already. */
    private static String reason(IOException e) {
        var detail = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        return e.getClass().getSimpleName() + (detail == null ? "" : ": " + detail);
    }
}
