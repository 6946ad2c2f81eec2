package dev.tarn.sim.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An axis of numbers.
 *
 * @param name what is measured, with its unit
 * @param format how its numbers are written
 * @param scale linear or logarithmic
 * @param min where it begins; null to follow the data
 * @param max where it ends; null to follow the data
 * @param also the same values in other units, written below each tick
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Axis(
        String name,
        Format format,
        Scale scale,
        @Nullable Double min,
        @Nullable Double max,
        List<OtherUnit> also) {
    /** How values are spaced. */
    public enum Scale {
        /** In proportion. */
        LINEAR,
        /** By doublings. */
        LOG2,
        /** By powers of ten. */
        LOG10;

        @JsonValue
        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The axis' values in another unit.
     *
     * @param name of the unit
     * @param factor what one unit of the axis is in this one
     * @param format how it is written
     */
    public record OtherUnit(String name, double factor, Format format) {}

    /** Checks the range. */
    public Axis {
        Checks.named(name, "an axis");
        also = List.copyOf(also);
        if (min != null && max != null && min >= max) {
            throw new IllegalArgumentException(
                    "axis '" + name + "' runs from " + min + " to " + max + ": give a smaller first");
        }
    }

    /** An axis in proportion, as wide as the data. */
    public static Axis linear(String name, Format format) {
        return new Axis(name, format, Scale.LINEAR, null, null, List.of());
    }

    /** An axis by doublings; its data must be positive. */
    public static Axis log2(String name, Format format) {
        return new Axis(name, format, Scale.LOG2, null, null, List.of());
    }

    /** An axis by powers of ten; its data must be positive. */
    public static Axis log10(String name, Format format) {
        return new Axis(name, format, Scale.LOG10, null, null, List.of());
    }

    /** The same axis over a fixed range, so that neighbouring panels compare. */
    public Axis between(double from, double to) {
        return new Axis(name, format, scale, from, to, also);
    }

    /** The same axis with each tick also written in another unit, {@code factor} of which make one of its own. */
    public Axis also(String unit, double factor, Format unitFormat) {
        var units = new ArrayList<>(also);
        units.add(new OtherUnit(unit, factor, unitFormat));
        return new Axis(name, format, scale, min, max, units);
    }
}
