package dev.tarn.sim.report;

import java.util.List;

/**
 * Bars per category, measures side by side.
 *
 * @param title what is drawn
 * @param caption what to read off it
 * @param x the categories
 * @param y the vertical axis
 * @param bars in the order of the legend, at least one, each with one value per category
 * @param marks horizontal lines across the chart
 */
public record BarChart(String title, String caption, Bands x, Axis y, List<Bars> bars, List<Mark> marks)
        implements Chart {
    /** Checks that every measure has one value per category, and that no mark stands on a category. */
    public BarChart {
        Checks.named(title, "a bar chart");
        bars = List.copyOf(bars);
        marks = List.copyOf(marks);
        Checks.notEmpty(bars, "bars", "bar chart", title);
        for (var measure : bars) {
            Checks.sameLength(
                    measure.values().length, "values of '" + measure.name() + "'", x.count(), x.name(), title);
            Checks.fits(y, measure.values(), measure.name(), title);
        }
        for (var mark : marks) {
            if (mark.on() == Mark.On.X) {
                throw new IllegalArgumentException("mark '" + mark.label() + "' of '" + title
                        + "' stands on the x axis, which has categories: put it on y");
            }
        }
    }
}
