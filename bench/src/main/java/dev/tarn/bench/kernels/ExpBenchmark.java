package dev.tarn.bench.kernels;

import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.compute.cpu.CpuBackend;
import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** e^x in softmax's sum and in a gate; both work in place, so operands are copied each time, which is a twentieth of it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class ExpBenchmark {
    private static final double TOLERANCE = 1e-6;

    @Param({"machine", "vector", "plain"})
    public String kernels = "machine";

    @Param("1536")
    public int cols = 1536;

    private final Arena memory = Arena.ofShared();
    private Gate gate = new Gate(Twins.reference(), 1, memory);
    private float[] logits = new float[0];
    private float[] scores = new float[0];

    /** Operands on one backend; the same numbers on each. */
    private record Gate(CpuBackend backend, int cols, Tensor given, Tensor up, Tensor gated) implements AutoCloseable {
        Gate(CpuBackend backend, int cols, Arena memory) {
            this(
                    backend,
                    cols,
                    Twins.activations(memory, backend, 1, cols),
                    Twins.activations(memory, backend, 1, cols),
                    backend.allocate(1, cols));
        }

        Tensor run() {
            backend.copyHeads(given, 0, gated, 0, cols, 1, 1);
            backend.swiglu(gated, up, 1);
            return gated;
        }

        float sum(float[] logits, float[] scores) {
            System.arraycopy(logits, 0, scores, 0, cols);
            return backend.expSum(scores, 0, cols, 0);
        }

        @Override
        public void close() {
            backend.close();
        }
    }

    /** Makes the operands and checks both results. */
    @Setup
    public void setUp() {
        gate.close();
        gate = new Gate(Twins.backend(kernels, Precision.FAST), cols, memory);
        logits = new float[cols];
        scores = new float[cols];
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < cols; i++) {
            logits[i] = (float) random.nextDouble(-20, 0);
        }
        try (Gate expected = new Gate(Twins.reference(), cols, memory)) {
            Twins.requireClose("a gate", expected.run(), swiglu(), TOLERANCE);
            float sum = expected.sum(logits, new float[cols]);
            if (!(Math.abs(expSum() - sum) <= TOLERANCE * cols * sum)) {
                throw new IllegalStateException("a sum is off by " + Math.abs(expSum() - sum));
            }
        }
    }

    /** gate / (1 + e^-gate) · up. */
    @Benchmark
    public Tensor swiglu() {
        return gate.run();
    }

    /** Σ e^x, every e^x kept. */
    @Benchmark
    public float expSum() {
        return gate.sum(logits, scores);
    }

    /** Frees the operands. */
    @TearDown
    public void tearDown() {
        gate.close();
        memory.close();
    }
}
