package dev.tarn.study.search;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.AttentionSpecs;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The number that decides how much an attention reads. Searches move along {@code x}, a logarithmic scale on which more is read
 * further up: log k, -log(1 - eps), -log mu, -log tau.
 */
public final class Knob {
    private static final double LEAST_K = 16;

    private final Kind kind;
    private final String before;
    private final String after;
    private final double value;

    /** The knobs, in the order in which specs are searched for them. */
    private enum Kind {
        MU("mu", "marginal"),
        TAU("tau", "prob"),
        EPS("eps", "mass"),
        K("k", "k");

        private final Pattern place;

        Kind(String option, String stop) {
            place = Pattern.compile("(?<=[:,]" + option + "=|stop=" + stop + ":)[^,]+");
        }

        private String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private Knob(Kind kind, String before, String after, double value) {
        this.kind = kind;
        this.before = before;
        this.after = after;
        this.value = value;
    }

    /** The knob of a spec; null where it has none, as dense attention. */
    public static @Nullable Knob of(AttentionSpec spec) {
        String text = spec.toString();
        for (Kind kind : Kind.values()) {
            Matcher matcher = kind.place.matcher(text);
            if (matcher.find()) {
                double value = Double.parseDouble(matcher.group());
                return new Knob(kind, text.substring(0, matcher.start()), text.substring(matcher.end()), value);
            }
        }
        return null;
    }

    /** Its name in specs. */
    public String name() {
        return kind.key();
    }

    /** Where the spec stands. */
    public double x() {
        return switch (kind) {
            case K -> Math.log(value);
            case EPS -> -Math.log1p(-value);
            case MU, TAU -> -Math.log(value);
        };
    }

    /** The least that is worth trying. */
    public double least() {
        return switch (kind) {
            case K -> Math.log(LEAST_K);
            case EPS -> -Math.log1p(-0.25);
            case MU, TAU -> -Math.log(0.05);
        };
    }

    /** What reads all, or nearly so, at a context. */
    public double most(int context) {
        return switch (kind) {
            case K -> Math.log(context);
            case EPS -> -Math.log(1e-4);
            case MU, TAU -> -Math.log(1e-9);
        };
    }

    /** The setting at x, rounded to what a spec shows. */
    public double at(double x) {
        return switch (kind) {
            case K -> Math.rint(Math.exp(x));
            case EPS -> rounded(-Math.expm1(-x), 5);
            case MU, TAU -> Double.parseDouble(String.format(Locale.ROOT, "%.3g", Math.exp(-x)));
        };
    }

    /** The spec with the setting at x. */
    public AttentionSpec specAt(double x) {
        double setting = at(x);
        String text = kind == Kind.K ? Long.toString((long) setting) : Double.toString(setting);
        return AttentionSpecs.parse(before + text + after);
    }

    private static double rounded(double value, int decimals) {
        double scale = Math.pow(10, decimals);
        return Math.rint(value * scale) / scale;
    }
}
