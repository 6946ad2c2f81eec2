package dev.tarn.sim.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Colour over two axes of bands; the first row lies at the bottom.
 *
 * @param title what is drawn
 * @param caption what to read off it
 * @param x the columns
 * @param y the rows
 * @param values [y.count][x.count]; NaN leaves a cell empty
 * @param labels [y.count][x.count], written into the cells; null for none
 * @param color what the colours mean
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record HeatMap(
        String title,
        String caption,
        Bands x,
        Bands y,
        double[][] values,
        @Nullable List<List<String>> labels,
        Color color)
        implements Chart {
    /**
     * What the colours mean.
     *
     * @param name of the quantity
     * @param format how it is written
     * @param min the value of the faintest colour; less is drawn as this
     * @param max the value of the strongest; more is drawn as this
     * @param ramp how values between are spread
     */
    public record Color(String name, Format format, double min, double max, Ramp ramp) {
        /** Checks the range. */
        public Color {
            Checks.named(name, "a colour scale");
            if (!(min < max) || (ramp == Ramp.LOG && min < 0)) {
                throw new IllegalArgumentException("colour scale '" + name + "' runs from " + min + " to " + max
                        + ": give a smaller first, and none below 0 if logarithmic");
            }
        }
    }

    /** How values are spread over the colours. */
    public enum Ramp {
        /** In proportion. */
        LINEAR,
        /** By log(1 + value), for counts of which most are small. */
        LOG;

        @JsonValue
        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Checks that values and labels cover the bands. */
    public HeatMap {
        Checks.named(title, "a heat map");
        Checks.sameLength(values.length, "rows of values", y.count(), "bands of '" + y.name() + "'", title);
        for (var row : values) {
            Checks.sameLength(row.length, "values in a row", x.count(), "bands of '" + x.name() + "'", title);
        }
        if (labels != null) {
            labels = labels.stream().map(List::copyOf).toList();
            Checks.sameLength(labels.size(), "rows of labels", y.count(), "bands of '" + y.name() + "'", title);
            for (var row : labels) {
                Checks.sameLength(row.size(), "labels in a row", x.count(), "bands of '" + x.name() + "'", title);
            }
        }
    }

    /** Shares from 0 to 1, each cell labelled with its counts: {@code right[y][x]} of {@code asked[y][x]}, empty if none was asked. */
    public static HeatMap ofShares(
            String title, String caption, Bands x, Bands y, int[][] right, int[][] asked, String quantity) {
        var values = new double[right.length][];
        var labels = new ArrayList<List<String>>();
        for (var row = 0; row < right.length; row++) {
            values[row] = new double[right[row].length];
            var words = new String[right[row].length];
            for (var i = 0; i < words.length; i++) {
                var of = asked[row][i];
                values[row][i] = of == 0 ? Double.NaN : (double) right[row][i] / of;
                words[i] = of == 0 ? "" : right[row][i] + "/" + of;
            }
            labels.add(List.of(words));
        }
        return new HeatMap(title, caption, x, y, values, labels, new Color(quantity, Format.SHARE, 0, 1, Ramp.LINEAR));
    }
}
