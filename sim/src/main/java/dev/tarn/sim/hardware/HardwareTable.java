package dev.tarn.sim.hardware;

import static dev.tarn.sim.hardware.Quantity.CACHE_BANDWIDTH;
import static dev.tarn.sim.hardware.Quantity.CACHE_SIZE;
import static dev.tarn.sim.hardware.Quantity.HOST_BANDWIDTH;
import static dev.tarn.sim.hardware.Quantity.HOST_LATENCY;
import static dev.tarn.sim.hardware.Quantity.MEMORY_BANDWIDTH;
import static dev.tarn.sim.hardware.Quantity.MEMORY_LATENCY;

import java.util.List;

/** Every hardware constant Tarn knows. Bandwidths are what microbenchmarks reach where such are published, else peaks. */
public final class HardwareTable {
    /** Levy's cost of one miss in memory under a reserved last-level cache, in seconds (arXiv 2603.13430). */
    public static final double LEVY_MISS_LATENCY = 200e-9;

    private static final String BENCHES = "te42kyfo/gpu-benches @ 1c36d50, measured";
    private static final String CONFIGURATOR = "ai-dynamo/aiconfigurator @ 095f58a, systems/*.yaml, specification";
    private static final String SHEET = "maker's data sheet";
    private static final String CHIPS = "chipsandcheese.com, Testing AMD's Giant MI300X, peak";
    private static final String FROM_H100 = "taken over from the H100 PCIe";
    private static final String FROM_MI210 = "taken over from the MI210, te42kyfo/gpu-benches @ 1c36d50";
    private static final String LINK_GUESS = "one PCIe round trip";

    private static final List<HardwareConstant> CONSTANTS = List.of(
            known("A100 SXM", CACHE_SIZE, 40e6, SHEET),
            known("A100 SXM", CACHE_BANDWIDTH, 5.4e12, BENCHES),
            known("A100 SXM", MEMORY_BANDWIDTH, 1.73e12, BENCHES),
            known("A100 SXM", MEMORY_LATENCY, 403e-9, BENCHES),
            known("A100 SXM", HOST_BANDWIDTH, 32e9, CONFIGURATOR),
            estimate("A100 SXM", HOST_LATENCY, 1.5e-6, LINK_GUESS),
            known("H100 PCIe", CACHE_SIZE, 50e6, SHEET),
            known("H100 PCIe", CACHE_BANDWIDTH, 7.0e12, BENCHES),
            known("H100 PCIe", MEMORY_BANDWIDTH, 1.99e12, BENCHES),
            known("H100 PCIe", MEMORY_LATENCY, 365e-9, BENCHES),
            known("H100 PCIe", HOST_BANDWIDTH, 64e9, CONFIGURATOR),
            estimate("H100 PCIe", HOST_LATENCY, 1.5e-6, LINK_GUESS),
            known("H200", CACHE_SIZE, 50e6, SHEET),
            known("H200", CACHE_BANDWIDTH, 9.7e12, BENCHES),
            known("H200", MEMORY_BANDWIDTH, 3.89e12, BENCHES),
            estimate("H200", MEMORY_LATENCY, 365e-9, FROM_H100),
            known("H200", HOST_BANDWIDTH, 64e9, CONFIGURATOR),
            estimate("H200", HOST_LATENCY, 1.5e-6, LINK_GUESS),
            known("MI300X", CACHE_SIZE, 268_435_456, CHIPS),
            known("MI300X", CACHE_BANDWIDTH, 17.2e12, CHIPS),
            known("MI300X", MEMORY_BANDWIDTH, 5.3e12, CHIPS),
            estimate("MI300X", MEMORY_LATENCY, 350e-9, FROM_MI210),
            estimate("MI300X", HOST_BANDWIDTH, 64e9, "PCIe 5.0 x16, peak"),
            estimate("MI300X", HOST_LATENCY, 1.5e-6, LINK_GUESS));

    private HardwareTable() {}

    /** All constants, by device. */
    public static List<HardwareConstant> constants() {
        return CONSTANTS;
    }

    /** The devices in the table. */
    public static List<String> devices() {
        return CONSTANTS.stream().map(HardwareConstant::device).distinct().toList();
    }

    /**
     * One constant.
     *
     * @throws IllegalArgumentException if the device is unknown; the message names the known ones
     */
    public static HardwareConstant find(String device, Quantity quantity) {
        return CONSTANTS.stream()
                .filter(constant -> constant.device().equals(device) && constant.quantity() == quantity)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "unknown device '" + device + "'; use one of " + String.join(", ", devices())));
    }

    private static HardwareConstant known(String device, Quantity quantity, double value, String source) {
        return new HardwareConstant(device, quantity, value, source, false);
    }

    private static HardwareConstant estimate(String device, Quantity quantity, double value, String source) {
        return new HardwareConstant(device, quantity, value, source, true);
    }
}
