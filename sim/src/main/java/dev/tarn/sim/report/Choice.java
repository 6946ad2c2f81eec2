package dev.tarn.sim.report;

import java.util.List;

/**
 * Parts of which the reader sees one at a time, chosen by title from a drop-down.
 *
 * @param title what all of them show
 * @param caption what to read off each
 * @param label of the drop-down, such as {@code Layer}
 * @param options at least one, the first shown at first
 */
public record Choice(String title, String caption, String label, List<Section> options) implements Section {
    /** Checks that there is something to choose. */
    public Choice {
        Checks.named(title, "a choice");
        Checks.named(label, "the drop-down of '" + title + "'");
        options = List.copyOf(options);
        Checks.notEmpty(options, "options", "section", title);
    }
}
