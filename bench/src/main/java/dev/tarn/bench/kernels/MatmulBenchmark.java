package dev.tarn.bench.kernels;

import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.compute.Weight;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.format.TensorType;
import dev.tarn.engine.format.TensorView;
import java.lang.foreign.Arena;
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

/** A stored weight times one token (decode) or many (prefill). {@code java -jar bench/target/bench.jar Matmul -p type=Q4_0} */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class MatmulBenchmark {
    @Param({"machine", "vector", "plain"})
    public String kernels = "machine";

    @Param({"fast", "exact"})
    public String precision = "fast";

    @Param({
        "F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL",
        "IQ4_XS"
    })
    public String type = "Q4_0";

    @Param({"1", "64"})
    public int tokens = 1;

    @Param("2048")
    public int rows = 2048;

    @Param("2048")
    public int cols = 2048;

    private final Arena memory = Arena.ofShared();
    private CpuBackend backend = Twins.reference();
    private Weight weight = new NoWeight();
    private Tensor x = backend.allocate(1, 1);
    private Tensor y = backend.allocate(1, 1);

    /** Makes the operands and checks the product. */
    @Setup
    public void setUp() {
        backend.close();
        backend = Twins.backend(kernels, precision.equals("fast") ? Precision.FAST : Precision.EXACT);
        TensorView stored = Twins.weights(memory, TensorType.valueOf(type), rows, cols);
        weight = backend.weight(stored);
        x = Twins.activations(memory, backend, tokens, cols);
        y = backend.allocate(tokens, rows);
        multiply();
        try (CpuBackend reference = Twins.reference()) {
            Tensor expected = reference.allocate(tokens, rows);
            reference.matmul(
                    reference.weight(stored), Twins.activations(memory, reference, tokens, cols), tokens, expected);
            Twins.requireClose("matmul of " + type, expected, y, precision.equals("fast") ? 1e-3 : 1e-4);
        }
    }

    /** y = W · x. */
    @Benchmark
    public Tensor multiply() {
        backend.matmul(weight, x, tokens, y);
        return y;
    }

    /** Frees the operands. */
    @TearDown
    public void tearDown() {
        backend.close();
        memory.close();
    }

    private record NoWeight() implements Weight {
        @Override
        public int rows() {
            return 0;
        }

        @Override
        public int cols() {
            return 0;
        }

        @Override
        public long bytes() {
            return 0;
        }
    }
}
