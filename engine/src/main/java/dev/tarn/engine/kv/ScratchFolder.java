package dev.tarn.engine.kv;

import dev.tarn.engine.EngineException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A folder for the files of slow tiers. A file is locked while it is in use and deleted when closed, which most systems do for a killed
 * process too; where one does not, the next start finds the file unlocked and deletes it.
 */
public final class ScratchFolder {
    private static final String PREFIX = "tarn-kv-";
    private static final String SUFFIX = ".scratch";

    private final Path folder;
    private final boolean checked;

    /**
     * A folder, in which what crashed processes left is deleted.
     *
     * @throws EngineException where it is no folder or cannot be written
     */
    public ScratchFolder(Path folder) {
        this(folder, false);
    }

    /**
     * The same.
     *
     * @param checked whether what is read back is checked against what was written
     * @throws EngineException where it is no folder or cannot be written
     */
    public ScratchFolder(Path folder, boolean checked) {
        this.folder = folder;
        this.checked = checked;
        if (!Files.isDirectory(folder)) {
            throw new EngineException("slow tier " + folder + ": is no folder; make it, or name another one");
        }
        sweep();
    }

    private void sweep() {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
            for (Path file : files) {
                deleteUnlocked(file);
            }
        } catch (IOException e) {
            throw new EngineException("slow tier " + folder + ": cannot be listed; name a folder of your own", e);
        }
    }

    /** A file that is locked, or gone, or not ours to delete is left alone. */
    private static void deleteUnlocked(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                Files.delete(file);
            }
        } catch (IOException | OverlappingFileLockException e) {
            return;
        }
    }

    /** What checks the entries of a file, or null where nothing does. */
    @Nullable
    EntryChecksums checksums(KvShape shape) {
        return checked
                ? new EntryChecksums(shape.layers(), Math.toIntExact(shape.entryBytes()), folder.toString())
                : null;
    }

    /**
     * A new, empty file.
     *
     * @throws EngineException where none can be made
     */
    ScratchFile create() {
        try {
            Path file = Files.createTempFile(folder, PREFIX, SUFFIX);
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
            channel.lock();
            return new ScratchFile(channel, folder.toString());
        } catch (IOException e) {
            throw new EngineException(
                    "slow tier " + folder + ": no file can be made there (" + ScratchFile.reason(e)
                            + "); name a folder that can be written",
                    e);
        }
    }
}
