package dev.tarn.sim.report;

import org.jspecify.annotations.Nullable;

/**
 * One line of the configuration.
 *
 * @param name the option or property, such as {@code --trace-source}
 * @param value as resolved
 * @param note why it is so, if that needs saying
 */
public record Fact(String name, String value, @Nullable String note) {
    /** A fact that explains itself. */
    public static Fact of(String name, String value) {
        return new Fact(name, value, null);
    }

    /** The same fact with its reason beside it. */
    public Fact because(String reason) {
        return new Fact(name, value, reason);
    }
}
