package dev.tarn.sim.report;

import org.jspecify.annotations.Nullable;

/**
 * A column of a {@link Table}.
 *
 * @param group a heading shared with neighbours of the same group, if any
 * @param name its own heading
 * @param format how its numbers are written
 */
public record Column(@Nullable String group, String name, Format format) {
    /** A column that holds words and is set flush left. */
    public static Column text(String name) {
        return new Column(null, name, Format.TEXT);
    }

    /** A column of numbers, set flush right. */
    public static Column of(String name, Format format) {
        return new Column(null, name, format);
    }

    /** The same column under a heading shared with its neighbours. */
    public Column under(String heading) {
        return new Column(heading, name, format);
    }
}
