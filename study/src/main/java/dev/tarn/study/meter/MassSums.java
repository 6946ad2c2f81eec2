package dev.tarn.study.meter;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Sums of what a {@link MassMeter} measured, by layer and by stretch of positions.
 *
 * @param positionsPerStretch how many positions make a stretch
 * @param layers by layer
 * @param stretches by position / positionsPerStretch
 * @param calibration PSA's P against the true mass
 */
public record MassSums(
        double positionsPerStretch,
        SortedMap<Integer, Sum> layers,
        SortedMap<Integer, Sum> stretches,
        Calibration calibration) {
    /** Nothing measured yet. */
    public MassSums(double positionsPerStretch) {
        this(positionsPerStretch, new TreeMap<>(), new TreeMap<>(), new Calibration());
    }

    /**
     * Sums over measurements, each of one position in one layer.
     *
     * @param count measurements
     * @param recall dense softmax mass inside the selection, mean over query heads
     * @param oracleRecall the same of the best selection of the same size
     * @param setRecall share of the selection that the best one of its size holds too
     * @param outputError length of the difference to the dense output over the length of the dense output
     */
    public record Sum(long count, double recall, double oracleRecall, double setRecall, double outputError) {
        /** The sum of two. */
        public Sum plus(Sum other) {
            return new Sum(
                    count + other.count,
                    recall + other.recall,
                    oracleRecall + other.oracleRecall,
                    setRecall + other.setRecall,
                    outputError + other.outputError);
        }
    }

    void add(int layer, int position, double recall, double oracleRecall, double setRecall, double outputError) {
        Sum one = new Sum(1, recall, oracleRecall, setRecall, outputError);
        layers.merge(layer, one, Sum::plus);
        stretches.merge((int) (position / positionsPerStretch), one, Sum::plus);
    }

    /** The sum of parts by layer. */
    public static SortedMap<Integer, Sum> byLayer(List<MassSums> parts) {
        SortedMap<Integer, Sum> all = new TreeMap<>();
        parts.forEach(part -> part.layers.forEach((layer, sum) -> all.merge(layer, sum, Sum::plus)));
        return all;
    }

    /** The stretches of all parts, one after the other. */
    public static List<Sum> stretches(List<MassSums> parts) {
        List<Sum> all = new ArrayList<>();
        parts.forEach(part -> all.addAll(part.stretches.values()));
        return all;
    }
}
