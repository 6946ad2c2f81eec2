package dev.tarn.cli.machine;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What a number was measured on; printed as {@code machine} beside every document that measured time.
 *
 * @param cpu name of the processor as its maker gives it
 * @param cores processors this JVM may use
 * @param vectorBits width of the vectors the engine computes with
 * @param memoryBytes memory of the machine or of the container around this JVM
 * @param jvm name and version of the JVM
 */
public record Machine(String cpu, int cores, int vectorBits, long memoryBytes, String jvm) {
    /** This machine, computing with vectors of {@code vectorBits} bits. */
    public static Machine read(int vectorBits) {
        return new Machine(
                CpuModel.read(),
                Runtime.getRuntime().availableProcessors(),
                vectorBits,
                memory(),
                System.getProperty("java.vm.name") + " " + Runtime.version());
    }

    /** Bytes of memory of the machine or of the container around this JVM. */
    public static long memory() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }
}
