package dev.tarn.cli.console;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them, always with a point and never with the machine's locale. A number that does not exist is "-". */
public final class Units {
    private static final String ABSENT = "-";
    /** Below it every integer is a double. */
    private static final double EXACT = 0x1p53;

    private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final String[] SI = {"", "k", "M", "G", "T", "P", "E"};

    private Units() {}

    /** Bytes in powers of 1024: {@code 512 B}, {@code 1.5 MiB}. */
    public static String bytes(double bytes) {
        return scaled(bytes, 1024, BINARY, " ");
    }

    /** A count in powers of 1000: {@code 950}, {@code 12.3k}, {@code 4.5M}. */
    public static String si(double count) {
        return scaled(count, 1000, SI, "");
    }

    /** A share in 0..1 as per cent with one decimal: {@code 93.5 %}. */
    public static String percent(double share) {
        return Double.isFinite(share) ? fixed(100 * share, 1) + " %" : ABSENT;
    }

    /** Tokens per second with three significant digits: {@code 7.25 tok/s}, {@code 1340 tok/s}. */
    public static String tokensPerSecond(double rate) {
        return Double.isFinite(rate) ? significant(rate) + " tok/s" : ABSENT;
    }

    /**
     * A number with {@code decimals} digits after the point, half of the last one rounded up. Where its digits fit a long they are taken
     * from one, because the first number that the library formats costs tens of milliseconds, which a start to the first token would show.
     */
    public static String fixed(double value, int decimals) {
        if (!Double.isFinite(value)) {
            return ABSENT;
        }
        long unit = 1;
        for (int i = 0; i < decimals; i++) {
            unit *= 10;
        }
        double digits = Math.floor(Math.abs(value) * unit + 0.5);
        if (digits >= EXACT) {
            return String.format(Locale.ROOT, "%." + decimals + "f", value);
        }
        String whole = (value < 0 ? "-" : "") + (long) digits / unit;
        String rest = Long.toString(unit + (long) digits % unit).substring(1);
        return decimals == 0 ? whole : whole + "." + rest;
    }

    /** A span of time: {@code 250 ms}, {@code 4.2 s}, {@code 3 min 05 s}, {@code 2 h 10 min}. */
    public static String duration(Duration span) {
        long millis = span.toMillis();
        if (millis < 1000) {
            return millis + " ms";
        }
        if (millis < 59_950) {
            return fixed(millis / 1000.0, 1) + " s";
        }
        long seconds = Math.round(millis / 1000.0);
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d h %02d min", seconds / 3600, seconds % 3600 / 60);
    }

    /** The step before the next unit is taken where rounding would print it: 1023.96 KiB is 1.0 MiB. */
    private static String scaled(double value, int base, String[] units, String gap) {
        if (!Double.isFinite(value)) {
            return ABSENT;
        }
        int unit = 0;
        double rest = value;
        while (unit < units.length - 1 && Math.abs(rest) >= (unit == 0 ? base : base - 0.05)) {
            rest /= base;
            unit++;
        }
        var number = unit == 0 && rest == Math.rint(rest) ? fixed(rest, 0) : fixed(rest, 1);
        return units[unit].isEmpty() ? number : number + gap + units[unit];
    }

    private static String significant(double value) {
        double size = Math.abs(value);
        int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
        return fixed(value, decimals);
    }
}
