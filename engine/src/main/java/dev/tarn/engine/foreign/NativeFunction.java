package dev.tarn.engine.foreign;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A function of up to six integers or addresses, called as C calls it. Under the System V convention of x86-64 arguments come in RDI, RSI,
 * RDX, RCX, R8 and R9, a result goes back in RAX, and the function may use those, R10, R11 and all vector registers. Two call shapes for
 * all functions, because setting one up costs ten milliseconds and more. Calls do not let the garbage collector in, so they must be short.
 */
public final class NativeFunction {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final MethodHandle CALL = LINKER.downcallHandle(
            FunctionDescriptor.of(LONG, LONG, LONG, LONG, LONG, LONG, LONG), Linker.Option.critical(false));

    private static final ValueLayout ARRAY = ValueLayout.ADDRESS;
    private static final MethodHandle CALL_ON_ARRAYS = LINKER.downcallHandle(
            FunctionDescriptor.of(LONG, ARRAY, ARRAY, LONG, LONG, LONG, LONG), Linker.Option.critical(true));

    private final MemorySegment entry;

    private NativeFunction(MemorySegment entry) {
        this.entry = entry;
    }

    /** The function at an address. */
    public static NativeFunction at(MemorySegment entry) {
        return new NativeFunction(entry);
    }

    /** A function of the C library; its arguments must be integers of 64 bits, or of fewer that it does not look beyond. */
    public static NativeFunction ofLibrary(String name) {
        return new NativeFunction(LINKER.defaultLookup().findOrThrow(name));
    }

    /** Calls it with the addresses of the first numbers of two arrays, which stay where they are meanwhile, and four integers. */
    public long call(float[] a, float[] b, long c, long d, long e, long f) {
        try {
            return (long)
                    CALL_ON_ARRAYS.invokeExact(entry, MemorySegment.ofArray(a), MemorySegment.ofArray(b), c, d, e, f);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
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
