package dev.tarn.study.bench;

import dev.tarn.engine.compute.MeteredBackend;
import dev.tarn.engine.compute.MeteredBackend.Part;

/**
 * Shares of a step's time; they add up to 1.
 *
 * @param matmul products with weights, the indexer's and the output matrix included
 * @param score scores of all candidates
 * @param select the choice among them
 * @param attend attention over the entries chosen, or over all
 * @param rest everything else
 */
public record Split(double matmul, double score, double select, double attend, double rest) {
    static Split of(MeteredBackend meter, long nanos) {
        double matmul = share(meter, Part.MATMUL, nanos);
        double score = share(meter, Part.SCORE, nanos);
        double select = share(meter, Part.SELECT, nanos);
        double attend = share(meter, Part.ATTEND, nanos);
        return new Split(matmul, score, select, attend, Math.max(0, 1 - matmul - score - select - attend));
    }

    private static double share(MeteredBackend meter, Part part, long nanos) {
        return (double) meter.nanos(part) / nanos;
    }
}
