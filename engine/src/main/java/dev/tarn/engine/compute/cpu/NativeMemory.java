package dev.tarn.engine.compute.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Memory by address. The inner loops read weights through {@link #ALL}, whose bounds and lifetime are constants: a mapped segment's
 * own would be loaded and tested at each block of weights, which doubles a block's time where C2 does not hoist them. So callers
 * check an operand as a whole first, by {@link #address}.
 */
final class NativeMemory {
    /** Every address. */
    static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final long ADDRESS_BITS = (1L << 56) - 1;

    private NativeMemory() {}

    /**
     * The address itself, of which the compiler knows from here on that it is within {@link #ALL} with room to spare: the bounds check of every
     * access behind it folds away. A check an access is a third of an inner loop's instructions.
     */
    static long bounded(long address) {
        return address & ADDRESS_BITS;
    }

    /**
     * The address of {@code bytes} bytes from {@code offset} of a segment on.
     *
     * @throws IllegalStateException where its file was closed
     * @throws IndexOutOfBoundsException where it is shorter
     * @throws UnsupportedOperationException where it lies in the Java heap
     */
    static long address(MemorySegment data, long offset, long bytes) {
        Objects.checkFromIndexSize(offset, bytes, data.byteSize());
        if (!data.isNative()) {
            throw new UnsupportedOperationException("memory in the Java heap has no address");
        }
        if (!data.scope().isAlive()) {
            throw new IllegalStateException("the weights' file was closed");
        }
        return data.address() + offset;
    }

    /** The segment itself, or a copy outside the Java heap if it lies there. */
    static MemorySegment outsideHeap(MemorySegment data) {
        return data.isNative()
                ? data
                : Arena.ofAuto().allocate(data.byteSize(), Float.BYTES).copyFrom(data);
    }
}
