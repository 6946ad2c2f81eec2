package dev.tarn.study.access;

import dev.tarn.sim.analysis.Metric;
import java.util.Map;

/**
 * What Levy measured (arXiv 2603.13430, table 3 and figure 9: Llama-3.x, k 64 to 256, t up to 1.7K, pooled over models, layers and
 * k).
 *
 * @param mean the mean
 * @param p95 the 95th percentile; NaN where none is given
 * @param sd the standard deviation; NaN where none is given
 */
public record LevyFigures(double mean, double p95, double sd) {
    private static final Map<Metric, LevyFigures> TABLE = Map.of(
            Metric.WORKING_SET, new LevyFigures(5.15, 7.2, 1.02),
            Metric.PERSISTENCE, new LevyFigures(1.82, 5, 2.86),
            Metric.LOOKBACK, new LevyFigures(3.29, 7.77, 2.48),
            Metric.NEW_LOOKUPS, new LevyFigures(0.55, 0.9, 0.22),
            Metric.INTER_LAYER_OVERLAP, new LevyFigures(0.36, 0.63, 0.16),
            Metric.PAGE_UTILISATION, new LevyFigures(0.35, Double.NaN, Double.NaN));

    /** The figures for a metric; NaN throughout where there are none. */
    public static LevyFigures of(Metric metric) {
        return TABLE.getOrDefault(metric, new LevyFigures(Double.NaN, Double.NaN, Double.NaN));
    }

    /** What a metric is measured in. */
    public static String unit(Metric metric) {
        return switch (metric) {
            case WORKING_SET, LOOKBACK -> "k";
            case PERSISTENCE -> "steps";
            case NEW_LOOKUPS, INTER_LAYER_OVERLAP -> "of k";
            case PAGE_UTILISATION -> "of page";
        };
    }
}
