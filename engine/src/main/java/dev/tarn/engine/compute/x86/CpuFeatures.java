package dev.tarn.engine.compute.x86;

import static dev.tarn.engine.compute.x86.Gpr.R8;
import static dev.tarn.engine.compute.x86.Gpr.RAX;
import static dev.tarn.engine.compute.x86.Gpr.RBX;
import static dev.tarn.engine.compute.x86.Gpr.RCX;
import static dev.tarn.engine.compute.x86.Gpr.RDI;
import static dev.tarn.engine.compute.x86.Gpr.RDX;
import static dev.tarn.engine.compute.x86.Gpr.RSI;

import dev.tarn.engine.foreign.NativeFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What the processor says of itself (Intel SDM volume 2, CPUID), and whether the system saves the registers that go with it. */
public final class CpuFeatures {
    private static final int FMA = 1 << 12;
    private static final int OSXSAVE = 1 << 27;
    private static final int F16C = 1 << 29;
    private static final int AVX2 = 1 << 5;
    private static final long YMM_STATE = 6;

    private CpuFeatures() {}

    /** Whether code with AVX2, FMA and F16C can be written and run. */
    public static boolean canRunAvx2() {
        if (!CodeMemory.isKnownSystem()) {
            return false;
        }
        Assembler code = new Assembler();
        int cpuid = writeCpuid(code);
        int xgetbv = writeXgetbv(code);
        CodeMemory memory = CodeMemory.load(code.assemble());
        if (memory == null) {
            return false;
        }
        int wanted = FMA | OSXSAVE | F16C;
        return (cpuid(memory.function(cpuid), 1, 2) & wanted) == wanted
                && (memory.function(xgetbv).call(0, 0, 0, 0, 0, 0) & YMM_STATE) == YMM_STATE
                && (cpuid(memory.function(cpuid), 7, 1) & AVX2) != 0;
    }

    private static int cpuid(NativeFunction function, int leaf, int register) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment registers = arena.allocate(ValueLayout.JAVA_INT, 4);
            function.call(leaf, 0, registers.address(), 0, 0, 0);
            return registers.getAtIndex(ValueLayout.JAVA_INT, register);
        }
    }

    /** (leaf, subleaf, where EAX, EBX, ECX and EDX go). */
    private static int writeCpuid(Assembler code) {
        int start = code.begin();
        code.push(RBX);
        code.mov(RAX, RDI);
        code.mov(RCX, RSI);
        code.mov(R8, RDX);
        code.cpuid();
        code.mov32(Mem.at(R8, 0), RAX);
        code.mov32(Mem.at(R8, 4), RBX);
        code.mov32(Mem.at(R8, 8), RCX);
        code.mov32(Mem.at(R8, 12), RDX);
        code.pop(RBX);
        code.ret();
        return start;
    }

    /** (number of the register): its lower half. */
    private static int writeXgetbv(Assembler code) {
        int start = code.begin();
        code.mov(RCX, RDI);
        code.xgetbv();
        code.ret();
        return start;
    }
}
