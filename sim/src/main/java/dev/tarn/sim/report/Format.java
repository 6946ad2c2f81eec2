package dev.tarn.sim.report;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a number is written, in tables by {@link #write} and in charts by the page's script. */
public enum Format {
    /** No number: the column holds words. */
    TEXT("%s"),
    /** A whole number, thousands separated. */
    COUNT("%,.0f"),
    /** Two decimals. */
    NUMBER("%,.2f"),
    /** One decimal, for rates and measured times. */
    RATE("%,.1f"),
    /** A share of one, written in per cent. */
    SHARE("%.1f\u00a0%%"),
    /** A multiple, such as a slowdown. */
    FACTOR("%,.2f×"),
    /** Bytes, in the binary unit that fits. */
    BYTES("%s");

    private static final String[] BYTE_UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private final String pattern;

    Format(String pattern) {
        this.pattern = pattern;
    }

    /** The value as a reader sees it, the same on every machine. */
    public String write(double value) {
        return switch (this) {
            case TEXT -> Double.toString(value);
            case SHARE -> String.format(Locale.ROOT, pattern, value * 100);
            case BYTES -> bytes(value);
            case COUNT, NUMBER, RATE, FACTOR -> String.format(Locale.ROOT, pattern, value);
        };
    }

    private static String bytes(double value) {
        var unit = 0;
        var scaled = value;
        while (Math.abs(scaled) >= 1024 && unit < BYTE_UNITS.length - 1) {
            scaled /= 1024;
            unit++;
        }
        var decimals = unit == 0 || Math.abs(scaled) >= 100 ? 0 : 1;
        return String.format(Locale.ROOT, "%,." + decimals + "f\u00a0%s", scaled, BYTE_UNITS[unit]);
    }

    @JsonValue
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
