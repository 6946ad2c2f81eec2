package dev.tarn.engine.compute.integer;

import dev.tarn.engine.compute.x86.Assembler;
import dev.tarn.engine.compute.x86.CodeMemory;
import dev.tarn.engine.compute.x86.CpuFeatures;
import dev.tarn.engine.compute.x86.NativeFunction;
import dev.tarn.engine.format.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * {@link IntegerProducts} in machine code with AVX2, which multiplies bytes four at a time; nothing that Java offers compiles to that.
 * Stateless once it is written.
 */
public final class MachineIntegerProducts implements IntegerProducts {
    private static final TensorType[] TYPES = {
        TensorType.Q4_0,
        TensorType.Q4_1,
        TensorType.Q5_0,
        TensorType.Q5_1,
        TensorType.Q8_0,
        TensorType.Q4_K,
        TensorType.Q5_K,
        TensorType.Q6_K
    };

    private final Map<TensorType, NativeFunction> products = new EnumMap<>(TensorType.class);
    private final NativeFunction round32;
    private final NativeFunction round256;

    private MachineIntegerProducts() {
        Assembler code = new Assembler();
        int[] starts = new int[TYPES.length];
        for (int i = 0; i < starts.length; i++) {
            boolean large = RoundedLayout.isSuperBlock(TYPES[i]);
            starts[i] = large ? SuperBlockCode.write(code, TYPES[i]) : LegacyBlockCode.write(code, TYPES[i]);
        }
        int small = RoundingCode.write(code, 32);
        int large = RoundingCode.write(code, 256);
        CodeMemory memory = CodeMemory.load(code.assemble());
        for (int i = 0; i < starts.length; i++) {
            products.put(TYPES[i], memory.function(starts[i]));
        }
        round32 = memory.function(small);
        round256 = memory.function(large);
    }

    /**
     * Writes the code. Each call takes some twenty kilobytes that stay until the process ends.
     *
     * @throws IllegalStateException where the system or the processor is another, or code that a process wrote may not be executed
     */
    public static MachineIntegerProducts create() {
        if (!CodeMemory.isKnownSystem()) {
            throw new IllegalStateException("machine code is written for Linux on x86-64 only");
        }
        if (!CpuFeatures.hasAvx2()) {
            throw new IllegalStateException("machine code needs AVX2, FMA and F16C");
        }
        return new MachineIntegerProducts();
    }

    @Override
    public String describe() {
        return "8-bit products (AVX2)";
    }

    @Override
    public void prepare(TensorType type, float[] x, int offset, int cols, long out) {
        long staging = out + RoundedLayout.staging(cols);
        MemorySegment.copy(x, offset, PlainIntegerProducts.MEMORY, ValueLayout.JAVA_FLOAT, staging, cols);
        boolean large = RoundedLayout.isSuperBlock(type);
        NativeFunction round = large ? round256 : round32;
        round.call(staging, cols / (large ? 256 : 32), out, out + cols, 0, 0);
    }

    @Override
    public void multiply(TensorType type, long weights, int rows, int cols, long x, long y) {
        Objects.requireNonNull(products.get(type)).call(weights, rows, cols / type.blockLength(), x, y, x + cols);
    }
}
