package dev.tarn.engine.attention;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Budgets for each layer from measured curves of mass over budget: entries go where one more buys the most mass, until the mean budget
 * is spent. That equalises the marginal gain of all layers, which is the optimum where curves are concave; where a measured curve is
 * not, its concave hull stands for it.
 */
public final class LayerBudgets {
    /** A stretch of a layer's hull, along which every entry buys the same mass. */
    private record Segment(int layer, int entries, double gain) {}

    private LayerBudgets() {}

    /**
     * The budgets.
     *
     * @param grid budgets at which mass was measured, ascending; a layer gets at least the first and at most the last
     * @param masses [layer][grid], the mean mass that the best ranked entries of each budget hold
     * @param mean entries that a layer gets in the mean
     * @throws IllegalArgumentException where the mean lies outside the grid
     */
    public static List<Integer> equalise(int[] grid, double[][] masses, int mean) {
        if (mean < grid[0] || mean > grid[grid.length - 1]) {
            throw new IllegalArgumentException("a mean budget of " + mean + " lies outside the measured ones, "
                    + grid[0] + " to " + grid[grid.length - 1]);
        }
        int[] budgets = new int[masses.length];
        Arrays.fill(budgets, grid[0]);
        List<Segment> segments = new ArrayList<>();
        for (int layer = 0; layer < masses.length; layer++) {
            segments.addAll(hull(layer, grid, masses[layer]));
        }
        // Stable, so that of equal gains the lower layer is served first and a layer's segments stay in their order.
        segments.sort(Comparator.comparingDouble(Segment::gain).reversed());
        long left = (long) (mean - grid[0]) * masses.length;
        for (Segment segment : segments) {
            int bought = (int) Math.min(left, segment.entries());
            budgets[segment.layer()] += bought;
            left -= bought;
        }
        return Arrays.stream(budgets).boxed().toList();
    }

    /** The upper concave hull of a layer's curve: from each corner the steepest line to a later point. */
    private static List<Segment> hull(int layer, int[] grid, double[] mass) {
        List<Segment> hull = new ArrayList<>();
        int at = 0;
        while (at < grid.length - 1) {
            int to = at + 1;
            for (int next = at + 2; next < grid.length; next++) {
                if (slope(grid, mass, at, next) >= slope(grid, mass, at, to)) {
                    to = next;
                }
            }
            hull.add(new Segment(layer, grid[to] - grid[at], slope(grid, mass, at, to)));
            at = to;
        }
        return hull;
    }

    private static double slope(int[] grid, double[] mass, int from, int to) {
        return (mass[to] - mass[from]) / (grid[to] - grid[from]);
    }
}
