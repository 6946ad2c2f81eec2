package dev.tarn.engine.compute.x86;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A function of up to six integers or addresses under the System V calling convention: arguments come in RDI, RSI, RDX, RCX, R8 and
 * R9, a result goes back in RAX, and the function may use those, R10, R11 and all vector registers. One call shape for all
 * functions, because setting one up costs tens of milliseconds. Calls do not let the garbage collector in, so they must be short.
 */
public final class NativeFunction {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final MethodHandle CALL = LINKER.downcallHandle(
            FunctionDescriptor.of(LONG, LONG, LONG, LONG, LONG, LONG, LONG), Linker.Option.critical(false));

    private final MemorySegment entry;

    /** The function at an address. */
    NativeFunction(MemorySegment entry) {
        this.entry = entry;
    }

    /** A function of the C library. */
    static NativeFunction ofLibrary(String name) {
        return new NativeFunction(LINKER.defaultLookup().findOrThrow(name));
    }

    /** Calls it; arguments that it does not take are not looked at. */
    public long call(long a, long b, long c, long d, long e, long f) {
        try {
            return (long) CALL.invokeExact(entry, a, b, c, d, e, f);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }
}
