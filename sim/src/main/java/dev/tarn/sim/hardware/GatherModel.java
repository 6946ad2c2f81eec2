package dev.tarn.sim.hardware;

/**
 * The time to gather the selected entries of one step: {@code max(bytes_hit / BW_fast, bytes_miss / BW_slow, misses · latency / MLP)}.
 * Whatever takes longest hides the rest.
 *
 * @param fastBandwidth bytes per second out of the reservation
 * @param slowBandwidth bytes per second out of the slow tier
 * @param latency seconds of one read of the slow tier
 * @param mlp memory-level parallelism: reads of the slow tier under way at a time; 1 is Levy's serial-miss model
 */
public record GatherModel(double fastBandwidth, double slowBandwidth, double latency, double mlp) {
    /** Checks the inputs. */
    public GatherModel {
        Inputs.positive("fast bandwidth", fastBandwidth);
        Inputs.positive("slow bandwidth", slowBandwidth);
        Inputs.positive("latency", latency);
        Inputs.positive("MLP", mlp);
    }

    /** Entries reserved in a device's cache, the rest in its memory. */
    public static GatherModel cacheOverMemory(String device, double mlp) {
        return new GatherModel(
                HardwareTable.find(device, Quantity.CACHE_BANDWIDTH).value(),
                HardwareTable.find(device, Quantity.MEMORY_BANDWIDTH).value(),
                HardwareTable.find(device, Quantity.MEMORY_LATENCY).value(),
                mlp);
    }

    /** Entries reserved in a device's memory, the rest in the host's. */
    public static GatherModel memoryOverHost(String device, double mlp) {
        return new GatherModel(
                HardwareTable.find(device, Quantity.MEMORY_BANDWIDTH).value(),
                HardwareTable.find(device, Quantity.HOST_BANDWIDTH).value(),
                HardwareTable.find(device, Quantity.HOST_LATENCY).value(),
                mlp);
    }

    /**
     * The time for these counts, in seconds.
     *
     * @param bytesHit bytes read from the reservation
     * @param bytesMissed bytes read from the slow tier
     * @param misses reads of the slow tier; tokens of one page fetched together are one
     */
    public GatherTime time(double bytesHit, double bytesMissed, double misses) {
        return new GatherTime(bytesHit / fastBandwidth, bytesMissed / slowBandwidth, misses * latency / mlp);
    }
}
