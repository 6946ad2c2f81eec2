package dev.tarn.engine.compute.cpu;

import java.util.Locale;

/** The one place where the kernels are chosen. */
public final class KernelProvider {
    private KernelProvider() {}

    /**
     * The fast kernels, or those that the system property {@code tarn.kernels} names ({@code plain} or {@code vector}).
     *
     * @throws IllegalStateException where the Vector API's module was not added to the JVM
     */
    public static Kernels select() {
        String name = System.getProperty("tarn.kernels", "vector").toLowerCase(Locale.ROOT);
        return switch (name) {
            case "plain" -> new PlainKernels();
            case "vector" -> vector();
            default -> throw new IllegalArgumentException("tarn.kernels is " + name + ": set plain or vector");
        };
    }

    private static Kernels vector() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            throw new IllegalStateException("the Vector API is missing: start java with"
                    + " --add-modules jdk.incubator.vector, or with -Dtarn.kernels=plain for the slow kernels");
        }
        return new VectorKernels();
    }
}
