package dev.tarn.engine.compute.integer;

import dev.tarn.engine.compute.x86.Assembler;
import dev.tarn.engine.compute.x86.CodeMemory;
import dev.tarn.engine.foreign.NativeFunction;
import dev.tarn.engine.format.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@link IntegerProducts} in machine code with AVX2, which multiplies and adds 16-bit integers in pairs; nothing that the Vector API offers
 * compiles to that. Stateless once it is written.
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

    private final Map<TensorType, NativeFunction> single = new EnumMap<>(TensorType.class);
    private final Map<TensorType, NativeFunction> tiled = new EnumMap<>(TensorType.class);
    private final NativeFunction round32;
    private final NativeFunction round256;

    private MachineIntegerProducts(CodeMemory memory, int[] singles, int[] tiles, int round32, int round256) {
        for (int i = 0; i < TYPES.length; i++) {
            single.put(TYPES[i], memory.function(singles[i]));
            tiled.put(TYPES[i], memory.function(tiles[i]));
        }
        this.round32 = memory.function(round32);
        this.round256 = memory.function(round256);
    }

    /**
     * Writes the code, some forty kilobytes that stay until the process ends. The processor must have AVX2, FMA and F16C; null where a
     * process may not execute what it wrote.
     */
    public static @Nullable MachineIntegerProducts create() {
        Assembler code = new Assembler();
        int[] singles = write(code, 1);
        int[] tiles = write(code, TILE);
        int round32 = RoundingCode.write(code, TensorType.Q8_0);
        int round256 = RoundingCode.write(code, TensorType.Q4_K);
        CodeMemory memory = CodeMemory.load(code.assemble());
        return memory == null ? null : new MachineIntegerProducts(memory, singles, tiles, round32, round256);
    }

    private static int[] write(Assembler code, int tokens) {
        int[] starts = new int[TYPES.length];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = RoundedLayout.isSuperBlock(TYPES[i])
                    ? SuperBlockCode.write(code, TYPES[i], tokens)
                    : LegacyBlockCode.write(code, TYPES[i], tokens);
        }
        return starts;
    }

    @Override
    public String describe() {
        return "16-bit products (AVX2)";
    }

    @Override
    public void prepare(TensorType type, float[] x, int offset, int cols, int tokens, int token, long out) {
        long staging = out + RoundedLayout.staging(type, cols, tokens);
        MemorySegment.copy(x, offset, PlainIntegerProducts.MEMORY, ValueLayout.JAVA_FLOAT, staging, cols);
        NativeFunction round = RoundedLayout.isSuperBlock(type) ? round256 : round32;
        round.call(
                staging,
                cols / type.blockLength(),
                out + RoundedLayout.integers(type, token),
                out + RoundedLayout.scales(type, tokens, token),
                out + RoundedLayout.sums(type, tokens, token),
                RoundedLayout.stride(type, tokens));
    }

    @Override
    public void multiply(TensorType type, long weights, int rows, int cols, int tokens, long x, long y) {
        Map<TensorType, NativeFunction> functions = tokens == 1 ? single : tiled;
        Objects.requireNonNull(functions.get(type)).call(weights, rows, cols / type.blockLength(), x, y, 0);
    }
}
