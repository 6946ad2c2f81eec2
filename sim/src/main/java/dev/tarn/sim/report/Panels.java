package dev.tarn.sim.report;

import java.util.List;

/**
 * Parts set side by side to be compared; on a narrow screen they follow one another.
 *
 * @param title what is compared
 * @param caption what to read off the comparison
 * @param panels at least one, each under its own smaller title
 */
public record Panels(String title, String caption, List<Section> panels) implements Section {
    /** Checks that there are panels. */
    public Panels {
        Checks.named(title, "a set of panels");
        panels = List.copyOf(panels);
        Checks.notEmpty(panels, "panels", "section", title);
    }
}
