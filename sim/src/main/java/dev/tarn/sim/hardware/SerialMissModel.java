package dev.tarn.sim.hardware;

/**
 * Levy's serial-miss model: {@code slowdown(C) = (T + m(C) · lat) / (T + r · lat)}. Misses wait one after the other; the measure is a step
 * that reads each layer's whole selection at once.
 *
 * @param stepBudget T, seconds of a decode step without the gather
 * @param reads r, layers × sequences
 * @param latency seconds of one miss; with memory-level parallelism, latency / MLP
 */
public record SerialMissModel(double stepBudget, double reads, double latency) {
    /** Checks the inputs. */
    public SerialMissModel {
        Inputs.positive("step budget", stepBudget);
        Inputs.positive("reads per step", reads);
        Inputs.positive("latency", latency);
    }

    /**
     * How many times longer a step takes.
     *
     * @param misses m, mean misses of a step over layers and sequences, tokens of one page merged
     */
    public double slowdown(double misses) {
        return (stepBudget + misses * latency) / (stepBudget + reads * latency);
    }
}
