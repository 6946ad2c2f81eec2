package dev.tarn.sim.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An axis of bands: named categories, or equal bins of whole numbers.
 *
 * @param name what the bands are
 * @param labels one per band; null for bins, which are named by what they hold
 * @param first the first bin's first number
 * @param width how many numbers a bin holds
 * @param count how many bands
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Bands(String name, @Nullable List<String> labels, long first, long width, int count) {
    /** Checks that there are bands. */
    public Bands {
        Checks.named(name, "an axis");
        labels = labels == null ? null : List.copyOf(labels);
        if (width < 1 || count < 1) {
            throw new IllegalArgumentException(
                    "axis '" + name + "' has " + count + " bands of width " + width + ": both must be at least 1");
        }
    }

    /** Named categories in the order given. */
    public static Bands of(String name, List<String> labels) {
        return new Bands(name, labels, 0, 1, labels.size());
    }

    /** Categories named by their number, such as layers 0 to {@code count} - 1. */
    public static Bands numbered(String name, int count) {
        return of(name, IntStream.range(0, count).mapToObj(Integer::toString).toList());
    }

    /** Bin i holds the whole numbers from {@code first + i · width} to {@code first + (i + 1) · width - 1}. */
    public static Bands bins(String name, long first, long width, int count) {
        return new Bands(name, null, first, width, count);
    }
}
