package dev.tarn.sim.report;

/** One value of a {@link Table}. */
public sealed interface Cell {
    /** Words. */
    record Text(String text) implements Cell {}

    /** A number, written as its column says; not finite means there is none. */
    record Value(double value) implements Cell {}

    /** So many right of so many asked, written with both. */
    record Count(long part, long whole) implements Cell {}

    /** A cell of words. */
    static Cell of(String text) {
        return new Text(text);
    }

    /** A cell of one number. */
    static Cell of(double value) {
        return new Value(value);
    }

    /** A cell such as {@code 38 / 40}. */
    static Cell of(long part, long whole) {
        return new Count(part, whole);
    }

    /** A value that does not exist, which is not a zero. */
    static Cell none() {
        return new Value(Double.NaN);
    }
}
