package dev.tarn.sim.hardware;

/** What a constant of the table measures; all in SI units. */
public enum Quantity {
    /** Capacity of the last-level cache. */
    CACHE_SIZE("bytes"),
    /** Reading what lies in the last-level cache. */
    CACHE_BANDWIDTH("bytes/s"),
    /** Reading the device's memory. */
    MEMORY_BANDWIDTH("bytes/s"),
    /** One dependent read of the device's memory. */
    MEMORY_LATENCY("seconds"),
    /** Reading host memory over the link, one direction. */
    HOST_BANDWIDTH("bytes/s"),
    /** One dependent read of host memory over the link. */
    HOST_LATENCY("seconds");

    private final String unit;

    Quantity(String unit) {
        this.unit = unit;
    }

    /** The unit of values. */
    public String unit() {
        return unit;
    }
}
