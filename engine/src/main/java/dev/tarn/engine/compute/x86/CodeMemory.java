package dev.tarn.engine.compute.x86;

import dev.tarn.engine.foreign.NativeFunction;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** Machine code in memory of its own, first written, then made executable and never written again; it stays until the process ends. */
public final class CodeMemory {
    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int EXECUTE = 4;
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final long FAILED = -1;

    private final MemorySegment code;

    private CodeMemory(MemorySegment code) {
        this.code = code;
    }

    /** Whether this system is one whose calls and instructions this room knows: Linux on x86-64. */
    public static boolean isKnownSystem() {
        return System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
    }

    /** Loads what an {@link Assembler} made; null where the system does not let a process execute what it wrote. */
    public static @Nullable CodeMemory load(byte[] code) {
        long address = NativeFunction.ofLibrary("mmap").call(0, code.length, READ | WRITE, PRIVATE_ANONYMOUS, -1, 0);
        if (address == FAILED) {
            return null;
        }
        MemorySegment memory = MemorySegment.ofAddress(address).reinterpret(code.length);
        MemorySegment.copy(code, 0, memory, ValueLayout.JAVA_BYTE, 0, code.length);
        long refused = NativeFunction.ofLibrary("mprotect").call(address, code.length, READ | EXECUTE, 0, 0, 0);
        return (int) refused == 0 ? new CodeMemory(memory) : null;
    }

    /** The function that begins at a byte of the code. */
    public NativeFunction function(int position) {
        return NativeFunction.at(code.asSlice(position));
    }
}
