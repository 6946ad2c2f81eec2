package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.compute.exponential.ExpKernels;
import dev.tarn.engine.compute.exponential.MachineExp;
import dev.tarn.engine.compute.integer.IntegerProducts;
import dev.tarn.engine.compute.integer.MachineIntegerProducts;
import dev.tarn.engine.compute.x86.CpuFeatures;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The one place where the kernels are chosen. */
public final class KernelProvider {
    private KernelProvider() {}

    private static final class Machine {
        private static final boolean RUNS = CpuFeatures.canRunAvx2();
        static final @Nullable IntegerProducts PRODUCTS = RUNS ? MachineIntegerProducts.create() : null;
        static final @Nullable ExpKernels EXP = RUNS ? MachineExp.create() : null;
    }

    /**
     * The fast kernels, or those that the system property {@code tarn.kernels} names: {@code plain}, {@code vector} (those of the
     * Vector API alone) or {@code machine} (with machine code beside them, where the system and the processor are such that it can run; the
     * default).
     *
     * @throws IllegalStateException where the Vector API's module was not added to the JVM
     */
    public static Kernels select() {
        String name = System.getProperty("tarn.kernels", "machine").toLowerCase(Locale.ROOT);
        return switch (name) {
            case "plain" -> new PlainKernels();
            case "vector" -> vector(false);
            case "machine" -> vector(true);
            default -> throw new IllegalArgumentException("tarn.kernels is " + name + ": set plain, vector or machine");
        };
    }

    private static Kernels vector(boolean machine) {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            throw new IllegalStateException("the Vector API is missing: start java with"
                    + " --add-modules jdk.incubator.vector, or with -Dtarn.kernels=plain for the slow kernels");
        }
        return machine ? new VectorKernels(Machine.PRODUCTS, Machine.EXP) : new VectorKernels();
    }
}
