package dev.tarn.engine.kv;

import dev.tarn.engine.foreign.NativeFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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

    private record Calls(NativeFunction alignedAlloc, NativeFunction madvise, NativeFunction free) {}

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
        long address = calls.alignedAlloc.call(BYTES, bytes, 0, 0, 0, 0);
        if (address == 0) {
            return null;
        }
        // Advice only: where it is refused, pages are small.
        calls.madvise.call(address, bytes, HUGE_PAGE_ADVICE, 0, 0, 0);
        return MemorySegment.ofAddress(address)
                .reinterpret(bytes, arena, freed -> calls.free.call(freed.address(), 0, 0, 0, 0, 0));
    }

    private static @Nullable Calls calls() {
        boolean linux = System.getProperty("os.name", "").startsWith("Linux");
        if (!linux || !LargePages.class.getModule().isNativeAccessEnabled()) {
            return null;
        }
        return new Calls(
                NativeFunction.ofLibrary("aligned_alloc"),
                NativeFunction.ofLibrary("madvise"),
                NativeFunction.ofLibrary("free"));
    }
}
