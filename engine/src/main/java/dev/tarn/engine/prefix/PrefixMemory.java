package dev.tarn.engine.prefix;

import dev.tarn.engine.kv.KvSpan;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Chunks in memory up to a number of bytes. What was used longest ago leaves first, and of one prompt the last chunk before those that it
 * follows: without them it could never be found. Pages that a sequence shares are counted as if they were the chunk's alone.
 */
final class PrefixMemory implements AutoCloseable {
    private final long limit;
    private final Map<String, Held> chunks = new HashMap<>();
    private long bytes;

    private static final class Held {
        final String key;
        final int depth;
        final KvSpan span;
        long turn;

        Held(String key, int depth, KvSpan span, long turn) {
            this.key = key;
            this.depth = depth;
            this.span = span;
            this.turn = turn;
        }
    }

    private static final Comparator<Held> LEAVING = Comparator.<Held>comparingLong(held -> held.turn)
            .thenComparing(held -> held.depth, Comparator.reverseOrder())
            .thenComparing(held -> held.key);

    PrefixMemory(long limit) {
        this.limit = limit;
    }

    /** Bytes of all chunks. */
    long bytes() {
        return bytes;
    }

    /** A chunk, which stays the memory's, or null. */
    @Nullable
    KvSpan find(String key) {
        Held held = chunks.get(key);
        return held == null ? null : held.span;
    }

    /** Notes that the first chunks of a prompt are used. */
    void touch(PrefixChain chain, int count) {
        for (int i = 0; i < count; i++) {
            Held held = chunks.get(chain.key(i));
            if (held != null) {
                held.turn = chain.turn;
            }
        }
    }

    /** Whether a chunk of so many bytes would be kept now. */
    boolean takes(PrefixChain chain, int chunk, long size) {
        if (chunks.containsKey(chain.key(chunk)) || (chunk > 0 && !chunks.containsKey(chain.key(chunk - 1)))) {
            return false;
        }
        long older = 0;
        for (Held held : chunks.values()) {
            older += held.turn < chain.turn ? held.span.bytes() : 0;
        }
        return bytes - older + size <= limit;
    }

    /** Keeps a chunk, if there is room for it beside the rest of its prompt; the caller still closes its own. */
    void keep(PrefixChain chain, int chunk, KvSpan span) {
        touch(chain, chunk);
        if (!takes(chain, chunk, span.bytes())) {
            return;
        }
        while (bytes + span.bytes() > limit) {
            Held leaving = chunks.values().stream().min(LEAVING).orElseThrow();
            chunks.remove(leaving.key);
            bytes -= leaving.span.bytes();
            leaving.span.close();
        }
        chunks.put(chain.key(chunk), new Held(chain.key(chunk), chunk, span.again(), chain.turn));
        bytes += span.bytes();
    }

    @Override
    public void close() {
        chunks.values().forEach(held -> held.span.close());
        chunks.clear();
        bytes = 0;
    }
}
