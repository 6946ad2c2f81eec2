package dev.tarn.cli.commands;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Room for entries as an option gives it.
 *
 * @param amount entries, bytes or per cent
 * @param unit {@code ""} for entries, {@code %}, or a unit of bytes
 */
record KvSize(BigDecimal amount, String unit) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,6})?)(%|[KMG](?:i?B)?)?");

    /**
     * Reads 2048, 64M, 1.5GiB or 25%.
     *
     * @throws IllegalArgumentException where it is neither
     */
    static KvSize parse(String text) {
        Matcher form = FORM.matcher(text);
        boolean matches = form.matches();
        String unit = matches && form.group(2) != null ? form.group(2) : "";
        if (!matches || (unit.isEmpty() && text.contains("."))) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no room for entries; write bytes (64M), entries (2048) or per cent (25%)");
        }
        return new KvSize(new BigDecimal(form.group(1)), unit);
    }

    /**
     * So many whole entries, and no more than there are.
     *
     * @param entryBytes bytes of one
     * @param all entries of a full context in all layers
     */
    int entries(long entryBytes, long all) {
        BigDecimal entries = switch (unit) {
            case "" -> amount;
            case "%" -> amount.multiply(BigDecimal.valueOf(all)).movePointLeft(2);
            default ->
                amount.multiply(BigDecimal.valueOf(1L << shift()))
                        .divide(BigDecimal.valueOf(entryBytes), 0, RoundingMode.FLOOR);
        };
        return entries.min(BigDecimal.valueOf(Math.min(all, Integer.MAX_VALUE))).intValue();
    }

    /**
     * So many bytes.
     *
     * @throws IllegalArgumentException where it is given in something else
     */
    long bytes() {
        if (unit.isEmpty() || unit.equals("%")) {
            throw new IllegalArgumentException(
                    "'" + amount.toPlainString() + unit + "' is no number of bytes; write 64M, 4G or the like");
        }
        return amount.multiply(BigDecimal.valueOf(1L << shift()))
                .min(BigDecimal.valueOf(Long.MAX_VALUE))
                .longValue();
    }

    private int shift() {
        return switch (unit.charAt(0)) {
            case 'K' -> 10;
            case 'M' -> 20;
            default -> 30;
        };
    }
}
