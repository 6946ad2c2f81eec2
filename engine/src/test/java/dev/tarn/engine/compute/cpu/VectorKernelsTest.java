package dev.tarn.engine.compute.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jdk.incubator.vector.VectorShape;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The vector kernels at the width of {@code tarn.vector.bits}; the build runs this once for each width. */
class VectorKernelsTest extends KernelsContract {
    private static final int WIDEST = VectorShape.preferredShape().vectorBitSize();
    private static final int BITS = Integer.getInteger("tarn.vector.bits", WIDEST);

    @BeforeAll
    static void requireWidth() {
        assumeTrue(BITS <= WIDEST, "vectors of " + BITS + " bits are asked for, this machine's are " + WIDEST);
    }

    @Override
    Kernels kernels() {
        return new VectorKernels();
    }

    @Test
    void describe_always_namesTheWidthInUse() {
        assertThat(kernels().describe()).isEqualTo("vector " + Math.min(BITS, 512) + " bit");
    }
}
