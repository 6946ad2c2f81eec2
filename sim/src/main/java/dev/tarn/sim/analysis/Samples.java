package dev.tarn.sim.analysis;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The samples of one layer, or of all. */
final class Samples {
    final Histogram workingSet = new Histogram();
    final Histogram persistence = new Histogram();
    final Histogram lookback = new Histogram();
    final Histogram newLookups = new Histogram();
    final Histogram interLayer = new Histogram();
    final Fractions pageUtilisation = new Fractions();

    /** Sums over the samples of the overlap that selections drawn at random would have, as a fraction of k. */
    double chanceOverSteps;

    double chanceOverLayers;

    /** Runs that the trace did not see begin or did not see end. */
    long cutRuns;

    void addAll(Samples other) {
        workingSet.addAll(other.workingSet);
        persistence.addAll(other.persistence);
        lookback.addAll(other.lookback);
        newLookups.addAll(other.newLookups);
        interLayer.addAll(other.interLayer);
        pageUtilisation.addAll(other.pageUtilisation);
        chanceOverSteps += other.chanceOverSteps;
        chanceOverLayers += other.chanceOverLayers;
        cutRuns += other.cutRuns;
    }

    /** The metrics that have samples; none if k, the unit, is not above 0. */
    Map<Metric, Summary> summaries(double k) {
        var result = new EnumMap<Metric, Summary>(Metric.class);
        if (!(k > 0)) {
            return result;
        }
        put(result, Metric.WORKING_SET, workingSet, k);
        put(result, Metric.PERSISTENCE, persistence, 1);
        put(result, Metric.LOOKBACK, lookback, k);
        if (newLookups.samples() > 0) {
            double expected = chanceOverSteps / newLookups.samples();
            result.put(
                    Metric.NEW_LOOKUPS, summary(newLookups, k, 1 - expected, (1 - newLookups.mean() / k) / expected));
        }
        if (interLayer.samples() > 0) {
            double expected = chanceOverLayers / interLayer.samples();
            result.put(Metric.INTER_LAYER_OVERLAP, summary(interLayer, k, expected, interLayer.mean() / k / expected));
        }
        if (pageUtilisation.samples() > 0) {
            result.put(Metric.PAGE_UTILISATION, pageUtilisation.summary());
        }
        return result;
    }

    private static void put(Map<Metric, Summary> result, Metric metric, Histogram histogram, double unit) {
        if (histogram.samples() > 0) {
            result.put(metric, summary(histogram, unit, null, null));
        }
    }

    private static Summary summary(Histogram h, double unit, @Nullable Double chance, @Nullable Double lift) {
        return new Summary(h.mean() / unit, h.p95() / unit, h.sd() / unit, chance, lift, h.samples());
    }
}
