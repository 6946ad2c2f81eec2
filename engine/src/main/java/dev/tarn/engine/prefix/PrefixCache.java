package dev.tarn.engine.prefix;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.KvShape;
import dev.tarn.engine.kv.KvSpan;
import dev.tarn.engine.kv.PagePool;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What sequences of one model left in their caches for the beginnings of prompts, in chunks of a fixed number of tokens. One prompt at a
 * time: {@link #chain}, {@link #restore}, and {@link #keep} for each further chunk that was run. Belongs to the thread that decodes.
 *
 * <p>A chunk is what one forward pass runs in prefill, no less: sums may depend on how many rows go through the layers together, so what
 * is left of a prompt is to be run in the very passes that it would have been run in from the start. Then a hit changes no bit.
 */
public final class PrefixCache implements AutoCloseable {
    private final PrefixOptions options;
    private final KvShape shape;
    private final PagePool pool;
    private final int chunk;
    private final PrefixMemory memory;
    private final @Nullable PrefixFolder folder;
    private final @Nullable PrefixWriter writer;
    private long turn;
    private long asked;
    private long hit;
    private long loaded;

    /**
     * A cache of chunks of {@code chunk} tokens, a multiple of {@link KvCache#BLOCK}.
     *
     * @param pool of the caches that chunks come from and go to
     * @throws EngineException where the folder cannot be used
     */
    public PrefixCache(PrefixOptions options, KvShape shape, PagePool pool, int chunk) {
        this.options = options;
        this.shape = shape;
        this.pool = pool;
        this.chunk = chunk;
        this.memory = new PrefixMemory(options.memoryBytes());
        Path path = options.folder();
        this.folder = path == null ? null : new PrefixFolder(path, options.folderBytes(), options.warnings());
        this.writer = folder == null ? null : new PrefixWriter(folder, options.warnings());
    }

    /**
     * The names of a prompt's chunks.
     *
     * @param manner how the tokens of a chunk attend, as far as it decides what they leave; null where that chunk and what follows are to
     *     be run whatever is kept
     */
    public PrefixChain chain(int[] tokens, IntFunction<@Nullable String> manner) {
        // The clock decides only which files leave the folder first.
        FileTime now = FileTime.from(Instant.now());
        return new PrefixChain(options.identity() + "|" + shape, tokens, chunk, manner, ++turn, now);
    }

    /**
     * Appends to an empty cache as much of a prompt as is kept, but one token less than all at most, so that there is one to run.
     *
     * @param length tokens of the prompt
     * @return tokens that the cache now holds; a multiple of the chunk
     * @throws EngineException where a slow tier cannot take them; the cache is then as it was
     */
    public int restore(KvCache cache, PrefixChain chain, int length) {
        int most = Math.min(chain.size(), (length - 1) / chunk);
        int count = 0;
        try {
            while (count < most && append(cache, chain, count)) {
                count++;
            }
        } catch (EngineException e) {
            cache.truncate(0);
            throw e;
        }
        memory.touch(chain, count);
        if (folder != null) {
            folder.touch(chain, count);
        }
        asked += length;
        hit += (long) count * chunk;
        return count * chunk;
    }

    private boolean append(KvCache cache, PrefixChain chain, int index) {
        KvSpan kept = memory.find(chain.key(index));
        if (kept != null) {
            cache.append(kept);
            return true;
        }
        KvSpan read = folder == null ? null : folder.read(chain, index, chunk, shape, pool);
        if (read == null) {
            return false;
        }
        try (read) {
            loaded += read.bytes();
            cache.append(read);
            memory.keep(chain, index, read);
        }
        return true;
    }

    /** Keeps a chunk of a prompt that has just been run, in memory at once and in the folder soon. */
    public void keep(KvCache cache, PrefixChain chain, int index) {
        if (index >= chain.size()) {
            return;
        }
        boolean saves = writer != null && writer.works() && folder != null && !folder.has(chain, index);
        long bytes = chunk * (shape.entryBytes() + shape.indexBytes()) * shape.layers();
        if (!saves && !memory.takes(chain, index, bytes)) {
            return;
        }
        KvSpan span = cache.span(index * chunk, chunk);
        memory.keep(chain, index, span);
        if (writer != null && saves) {
            writer.save(chain, index, span);
        } else {
            span.close();
        }
    }

    /** Returns when all that is kept is in the folder too. */
    public void flush() {
        if (writer != null) {
            writer.flush();
        }
    }

    /** What it did so far; what is not saved yet is not counted. */
    public PrefixCounters counters() {
        long saved = writer == null ? 0 : writer.saved();
        return new PrefixCounters(asked, hit, loaded, saved, folder == null ? 0 : folder.evictions());
    }

    /** Bytes of what is kept in memory. */
    public long memoryBytes() {
        return memory.bytes();
    }

    /** Saves what is to be saved, and lets go of all pages. */
    @Override
    public void close() {
        if (writer != null) {
            writer.close();
        }
        memory.close();
    }
}
