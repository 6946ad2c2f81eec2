package dev.tarn.engine.compute.exponential;

import dev.tarn.engine.compute.x86.Assembler;
import dev.tarn.engine.compute.x86.CodeMemory;
import dev.tarn.engine.foreign.NativeFunction;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@link ExpKernels} in machine code with AVX2. The Vector API has loops as fast once they are compiled; these need not be, and in an
 * interpreter e^x of eight numbers is some thirty calls. Both have the same bits where its vectors have eight lanes.
 */
public final class MachineExp implements ExpKernels {
    private final NativeFunction expSum;
    private final NativeFunction swiglu;
    private final NativeFunction geglu;

    private MachineExp(CodeMemory memory, int expSum, int swiglu, int geglu) {
        this.expSum = memory.function(expSum);
        this.swiglu = memory.function(swiglu);
        this.geglu = memory.function(geglu);
    }

    /**
     * Writes the code, two kilobytes that stay until the process ends. The processor must have AVX2 and FMA; null where a process may not
     * execute what it wrote.
     */
    public static @Nullable MachineExp create() {
        Assembler code = new Assembler();
        ExpCode functions = new ExpCode(code);
        int expSum = functions.expSum();
        int swiglu = functions.swiglu();
        int geglu = functions.geglu();
        CodeMemory memory = CodeMemory.load(code.assemble());
        return memory == null ? null : new MachineExp(memory, expSum, swiglu, geglu);
    }

    @Override
    public float expSum(float[] x, int offset, int count, float max) {
        Objects.checkFromIndexSize(offset, count, x.length);
        return Float.intBitsToFloat((int) expSum.call(x, x, bytes(offset), count, Float.floatToRawIntBits(max), 0));
    }

    @Override
    public void swiglu(float[] gate, int gateOffset, float[] up, int upOffset, int count) {
        gated(swiglu, gate, gateOffset, up, upOffset, count);
    }

    @Override
    public void geglu(float[] gate, int gateOffset, float[] up, int upOffset, int count) {
        gated(geglu, gate, gateOffset, up, upOffset, count);
    }

    private static void gated(
            NativeFunction function, float[] gate, int gateOffset, float[] up, int upOffset, int count) {
        Objects.checkFromIndexSize(gateOffset, count, gate.length);
        Objects.checkFromIndexSize(upOffset, count, up.length);
        function.call(gate, up, bytes(gateOffset), bytes(upOffset), count, 0);
    }

    private static long bytes(int floats) {
        return (long) Float.BYTES * floats;
    }
}
