package dev.tarn.engine.prefix;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.kv.KvShape;
import dev.tarn.engine.kv.KvSpan;
import dev.tarn.engine.kv.PagePool;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A folder with one file for each chunk, named by its hash and its place in the prompt, which several processes may share. A file appears
 * whole or not at all: it is written beside its place under a lock, forced to the disk and renamed. What is left of a process that died is
 * deleted at the next start, since nobody holds its lock. Times of modification say when files were used last; those used longest ago
 * leave first, and of one prompt the last chunk first. Reading and writing may go on at a time.
 *
 * <p>One file for each chunk, and not one for each prompt: prompts that begin alike share files, what is found is always a whole number of
 * them, eviction takes the ends of prompts first, and a file that is torn costs what follows it and no more.
 */
final class PrefixFolder {
    private static final String SUFFIX = ".tarn-prefix";
    private static final String UNFINISHED = ".tarn-unfinished";
    private static final Pattern NAME = Pattern.compile("([0-9a-f]{64})-([0-9]{1,9})" + SUFFIX);
    /** So many files are written before the folder is listed again to see what other processes wrote. */
    private static final int TRUSTED = 16;

    private final Path folder;
    private final long limit;
    private final Consumer<String> warnings;
    private final Set<String> damaged = ConcurrentHashMap.newKeySet();
    private final AtomicLong evictions = new AtomicLong();
    /** Bytes of all files as far as known; only the writing thread asks. */
    private long total;

    private int sinceListed = TRUSTED;

    private record Stored(Path file, int depth, long bytes, FileTime used) {
        static final Comparator<Stored> LEAVING = Comparator.comparing(Stored::used)
                .thenComparing(Stored::depth, Comparator.reverseOrder())
                .thenComparing(Stored::file);
    }

    /**
     * A folder, made if there is none, in which what crashed processes left is deleted.
     *
     * @param limit bytes that all files may take; processes that write at a time may each go beyond by as much as they write in turn
     * @throws EngineException where it is no folder or cannot be read
     */
    PrefixFolder(Path folder, long limit, Consumer<String> warnings) {
        this.folder = folder;
        this.limit = limit;
        this.warnings = warnings;
        try {
            Files.createDirectories(folder);
            sweep();
        } catch (IOException e) {
            throw new EngineException(
                    "prefix cache " + folder + ": cannot be used (" + reason(e) + "); name a folder of your own", e);
        }
    }

    private void sweep() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + UNFINISHED)) {
            for (Path file : files) {
                deleteUnlocked(file);
            }
        }
    }

    /** A file that is locked, or gone, or not ours to delete is left alone. */
    private static void deleteUnlocked(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | OverlappingFileLockException e) {
            return;
        }
    }

    private Path file(PrefixChain chain, int chunk) {
        return folder.resolve(chain.key(chunk) + "-" + chunk + SUFFIX);
    }

    /** Chunks that were deleted for others. */
    long evictions() {
        return evictions.get();
    }

    /** Whether a chunk is here, as far as one can tell without reading it. */
    boolean has(PrefixChain chain, int chunk) {
        return !damaged.contains(chain.key(chunk)) && Files.exists(file(chain, chunk));
    }

    /** A chunk that the caller closes, or null where there is none that is whole; that one which is not is said once. */
    @Nullable
    KvSpan read(PrefixChain chain, int chunk, int tokens, KvShape shape, PagePool pool) {
        String key = chain.key(chunk);
        Path file = file(chain, chunk);
        if (damaged.contains(key)) {
            return null;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return PrefixFile.read(channel, key, chunk * tokens, tokens, shape, pool);
        } catch (NoSuchFileException _) {
            return null;
        } catch (PrefixFile.DamagedException e) {
            ignore(key, file + ": " + e.getMessage());
        } catch (IOException e) {
            ignore(key, file + ": cannot be read (" + reason(e) + ")");
        }
        return null;
    }

    private void ignore(String key, String what) {
        if (damaged.add(key)) {
            warnings.accept(what + "; ignored, and the prompt is read again from there");
        }
    }

    /** Notes that the first chunks of a prompt are used. */
    void touch(PrefixChain chain, int count) {
        for (int i = 0; i < count; i++) {
            touch(file(chain, i), chain.time);
        }
    }

    /** A file that another process deleted meanwhile is no loss, nor is one that only others may change: times only say what leaves first. */
    private static void touch(Path file, FileTime time) {
        try {
            Files.setLastModifiedTime(file, time);
        } catch (IOException _) {
            return;
        }
    }

    /**
     * Saves a chunk, unless it is here already or there is no room for it beside the rest of its prompt.
     *
     * @return bytes written
     */
    long write(PrefixChain chain, int chunk, KvSpan span) throws IOException {
        Path file = file(chain, chunk);
        long bytes = PrefixFile.bytes(span);
        if (has(chain, chunk)) {
            touch(file, chain.time);
            return 0;
        }
        if (!makeRoom(bytes, new Stored(file, chunk, bytes, chain.time))) {
            return 0;
        }
        Path unfinished = Files.createTempFile(folder, "", UNFINISHED);
        try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            PrefixFile.write(channel, chain.key(chunk), span);
            channel.force(true);
            Files.setLastModifiedTime(unfinished, chain.time);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException _) {
            // Before it was locked, a process that started took it for what a dead one left.
            return 0;
        } finally {
            Files.deleteIfExists(unfinished);
        }
        damaged.remove(chain.key(chunk));
        total += bytes;
        return bytes;
    }

    /** Deletes what leaves before the newcomer until that fits; false where it would leave first itself. */
    private boolean makeRoom(long bytes, Stored newcomer) throws IOException {
        if (++sinceListed <= TRUSTED && total + bytes <= limit) {
            return true;
        }
        sinceListed = 0;
        List<Stored> leaving = list();
        total = leaving.stream().mapToLong(Stored::bytes).sum();
        leaving.sort(Stored.LEAVING);
        for (Stored stored : leaving) {
            if (total + bytes <= limit || Stored.LEAVING.compare(stored, newcomer) >= 0) {
                break;
            }
            if (Files.deleteIfExists(stored.file())) {
                evictions.incrementAndGet();
            }
            total -= stored.bytes();
        }
        return total + bytes <= limit;
    }

    private List<Stored> list() throws IOException {
        List<Stored> all = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    add(all, file, Integer.parseInt(name.group(2)));
                }
            }
        }
        return all;
    }

    private static void add(List<Stored> all, Path file, int depth) throws IOException {
        try {
            BasicFileAttributes of = Files.readAttributes(file, BasicFileAttributes.class);
            all.add(new Stored(file, depth, of.size(), of.lastModifiedTime()));
        } catch (NoSuchFileException _) {
            return; // another process deleted it
        }
    }

    static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
