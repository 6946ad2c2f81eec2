package dev.tarn.sim.replay;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;

/**
 * Room for entries, all pools together.
 *
 * @param amount entries, or a percentage
 * @param percent whether the amount is a percentage of the trace's distinct entries
 */
public record Capacity(BigDecimal amount, boolean percent) {
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    /** So many entries. */
    public static Capacity ofEntries(long entries) {
        return new Capacity(BigDecimal.valueOf(entries), false);
    }

    /** Reads a list such as {@code 1024,25%}. */
    public static List<Capacity> parseList(String text) {
        return Arrays.stream(text.split(",", -1)).map(Capacity::parse).toList();
    }

    /** Reads a number of entries such as {@code 1024}, or a percentage such as {@code 12.5%}. */
    public static Capacity parse(String text) {
        String item = text.strip();
        if (item.matches("[0-9]{1,15}")) {
            return new Capacity(new BigDecimal(item), false);
        }
        if (item.matches("[0-9]{1,9}(\\.[0-9]{1,9})?%")) {
            return new Capacity(new BigDecimal(item.substring(0, item.length() - 1)), true);
        }
        throw new IllegalArgumentException(
                "capacity '" + item + "' is neither entries nor a percentage; use a form such as 1024 or 25%");
    }

    /** Entries; of a percentage, rounded down. */
    public long entries(long distinctEntries) {
        return percent
                ? amount.multiply(BigDecimal.valueOf(distinctEntries))
                        .divide(HUNDRED, 0, RoundingMode.FLOOR)
                        .longValueExact()
                : amount.longValueExact();
    }

    /** As options write it. */
    @Override
    public String toString() {
        return percent ? amount.toPlainString() + "%" : amount.toPlainString();
    }
}
