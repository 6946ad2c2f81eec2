package dev.tarn.sim.report;

/**
 * Words alone: an assumption, a definition, a warning.
 *
 * @param title what it is about
 * @param caption the text
 */
public record Note(String title, String caption) implements Section {
    /** Checks that it has a title. */
    public Note {
        Checks.named(title, "a note");
    }
}
