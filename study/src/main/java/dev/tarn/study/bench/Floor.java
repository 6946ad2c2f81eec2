package dev.tarn.study.bench;

import dev.tarn.engine.compute.Ceilings;

/**
 * What one token cannot do without, however good the engine: bytes read once and operations done once.
 *
 * @param weightBytes of all weights that products are taken with; in prefill they are read once for the whole prompt
 * @param indexBytes index keys scored
 * @param entryBytes entries attended to
 * @param operations multiplications and additions of the products with weights
 */
public record Floor(long weightBytes, long indexBytes, long entryBytes, long operations) {
    /**
     * Tokens per second at the measured ceilings: bytes at the stream's bandwidth or operations at the faster of the two rates,
     * whichever takes longer.
     *
     * @param tokens that share one pass over the weights
     */
    double tokensPerSecond(Ceilings machine, int tokens) {
        double bytes = (double) weightBytes / tokens + indexBytes + entryBytes;
        double reading = bytes / (machine.streamGbS() * 1e9);
        double computing = operations / (Math.max(machine.fmaGflops(), machine.int8Gops()) * 1e9);
        return 1 / Math.max(reading, computing);
    }
}
