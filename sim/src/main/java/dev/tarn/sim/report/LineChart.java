package dev.tarn.sim.report;

import java.util.List;

/**
 * Curves over one pair of axes.
 *
 * @param title what is drawn
 * @param caption what to read off it
 * @param x the horizontal axis
 * @param y the vertical axis
 * @param series in the order of the legend, at least one
 * @param marks lines across the chart
 */
public record LineChart(String title, String caption, Axis x, Axis y, List<Series> series, List<Mark> marks)
        implements Chart {
    /** Checks that logarithmic axes have positive values only. */
    public LineChart {
        Checks.named(title, "a line chart");
        series = List.copyOf(series);
        marks = List.copyOf(marks);
        Checks.notEmpty(series, "series", "line chart", title);
        for (var line : series) {
            Checks.fits(x, line.x(), line.name(), title);
            Checks.fits(y, line.y(), line.name(), title);
        }
        for (var mark : marks) {
            Checks.fits(mark.on() == Mark.On.X ? x : y, new double[] {mark.value()}, mark.label(), title);
        }
    }
}
