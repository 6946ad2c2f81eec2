package dev.tarn.engine.compute.x86;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Machine code in memory of its own, first written, then made executable and never written again; it stays until the process ends. */
public final class CodeMemory {
    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int EXECUTE = 4;
    private static final int PRIVATE_ANONYMOUS = 0x22;

    private final MemorySegment code;

    private CodeMemory(MemorySegment code) {
        this.code = code;
    }

    /** Whether this system is one whose calls and instructions this room knows: Linux on x86-64. */
    public static boolean isKnownSystem() {
        return System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
    }

    /**
     * Loads what an {@link Assembler} made.
     *
     * @throws IllegalStateException where the system gives no memory, or none that may be executed
     */
    public static CodeMemory load(byte[] code) {
        long address = NativeFunction.ofLibrary("mmap").call(0, code.length, READ | WRITE, PRIVATE_ANONYMOUS, -1, 0);
        if (address == -1) {
            throw new IllegalStateException("the system gave no memory for " + code.length + " bytes of machine code");
        }
        MemorySegment memory = MemorySegment.ofAddress(address).reinterpret(code.length);
        MemorySegment.copy(code, 0, memory, ValueLayout.JAVA_BYTE, 0, code.length);
        if (NativeFunction.ofLibrary("mprotect").call(address, code.length, READ | EXECUTE, 0, 0, 0) != 0) {
            throw new IllegalStateException("the system does not let this process execute machine code that it wrote");
        }
        return new CodeMemory(memory);
    }

    /** The function that begins at a byte of the code. */
    public NativeFunction function(int position) {
        return new NativeFunction(code.asSlice(position));
    }
}
