package dev.tarn.sim.report;

import java.util.List;

/**
 * One report: what it is, the configuration it was made with, and its sections in reading order. It holds results and words
 * only; {@link HtmlReport} decides how they look. Arrays handed to its parts are not copied and must not change afterwards.
 *
 * @param title the page's heading
 * @param summary what this is, in two sentences
 * @param configuration every option as resolved, the machine and the date: nothing here is read from the clock or the system
 * @param sections in reading order, at least one
 */
public record Report(String title, String summary, List<Fact> configuration, List<Section> sections) {
    /** Checks that there is something to read. */
    public Report {
        Checks.named(title, "a report");
        configuration = List.copyOf(configuration);
        sections = List.copyOf(sections);
        Checks.notEmpty(sections, "sections", "report", title);
    }
}
