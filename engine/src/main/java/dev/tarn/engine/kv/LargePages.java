package dev.tarn.engine.kv;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * Memory that the operating system is asked to back with 2 MiB pages. Entries are read at random over hundreds of megabytes, where most
 * of the time goes into translating addresses if pages are small. Where the system cannot be asked (not Linux, or native access is not
 * enabled for this module) memory is allocated as usual.
 */
final class LargePages {
    /** Size and alignment of a large page on x86-64 and on most aarch64 systems. */
    static final long BYTES = 2L << 20;

    /** MADV_HUGEPAGE of Linux. */
    private static final int HUGE_PAGE_ADVICE = 14;

    private static final @Nullable Calls CALLS = calls();

    private record Calls(MethodHandle alignedAlloc, MethodHandle madvise, MethodHandle free) {}

    private LargePages() {}

    /** Links the calls of the C library and calls them once, which is when the JVM makes their last parts. */
    static void prepare() {
        if (CALLS != null) {
            try (Arena arena = Arena.ofConfined()) {
                allocate(arena, BYTES);
            }
        }
    }

    /** Memory of {@code bytes} bytes, a multiple of {@link #BYTES}, that is freed when the arena is closed. */
    static MemorySegment allocate(Arena arena, long bytes) {
        MemorySegment memory = CALLS == null ? null : allocate(CALLS, arena, bytes);
        return memory == null ? arena.allocate(bytes, BYTES) : memory;
    }

    private static @Nullable MemorySegment allocate(Calls calls, Arena arena, long bytes) {
        try {
            MemorySegment memory = (MemorySegment) calls.alignedAlloc.invokeExact(BYTES, bytes);
            if (memory.address() == 0) {
                return null;
            }
            MemorySegment owned = memory.reinterpret(bytes, arena, freed -> free(calls, freed));
            // Advice only: where it is refused, pages are small.
            int _ = (int) calls.madvise.invokeExact(owned, bytes, HUGE_PAGE_ADVICE);
            return owned;
        } catch (Throwable e) {
            throw new IllegalStateException("cannot call the C library", e);
        }
    }

    private static void free(Calls calls, MemorySegment memory) {
        try {
            calls.free.invokeExact(memory);
        } catch (Throwable e) {
            throw new IllegalStateException("cannot call the C library", e);
        }
    }

    private static @Nullable Calls calls() {
        boolean linux = System.getProperty("os.name", "").startsWith("Linux");
        if (!linux || !LargePages.class.getModule().isNativeAccessEnabled()) {
            return null;
        }
        Linker linker = Linker.nativeLinker();
        SymbolLookup library = linker.defaultLookup();
        var pointer = ValueLayout.ADDRESS;
        var size = ValueLayout.JAVA_LONG;
        var number = ValueLayout.JAVA_INT;
        MemorySegment alloc = library.find("aligned_alloc").orElse(MemorySegment.NULL);
        MemorySegment advise = library.find("madvise").orElse(MemorySegment.NULL);
        MemorySegment free = library.find("free").orElse(MemorySegment.NULL);
        if (alloc.address() == 0 || advise.address() == 0 || free.address() == 0) {
            return null;
        }
        return new Calls(
                linker.downcallHandle(alloc, FunctionDescriptor.of(pointer, size, size)),
                linker.downcallHandle(advise, FunctionDescriptor.of(number, pointer, size, number)),
                linker.downcallHandle(free, FunctionDescriptor.ofVoid(pointer)));
    }
}
