package dev.tarn.sim.report;

/** A titled part of a report. Titles and captions are plain text: nothing in them is markup, and a blank line ends a paragraph. */
public sealed interface Section permits Note, Table, Chart, Panels, Choice {
    /** What the part shows; also its name in the contents. */
    String title();

    /** What to read off it; may be empty. */
    String caption();
}
