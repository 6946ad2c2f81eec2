package dev.tarn.cli.files;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A file that appears under its final name only when it is whole. Until {@link #commit} its bytes lie in a hidden sibling, which
 * {@link #close} deletes, as does the end of the process.
 *
 * <pre>{@code
 * try (var file = out.create(cleanup)) {
 *     file.write(bytes);
 *     file.commit();
 * }
 * }</pre>
 */
public final class AtomicFile implements AutoCloseable {
    private final Path target;
    private final Path temporary;
    private final Cleanup cleanup;
    private final Runnable deletion = this::deleteTemporary;

    AtomicFile(Path target, Cleanup cleanup) {
        this.target = target;
        this.cleanup = cleanup;
        // Not Files.createTempFile: its files are readable by their owner alone, and so would the final one be.
        temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        cleanup.add(deletion);
    }

    /** Where to write; nothing is there yet. For writers that want a path. */
    public Path temporary() {
        return temporary;
    }

    /** A stream to the new file. For writers that want a stream; close it before {@link #commit}. */
    public OutputStream stream() throws IOException {
        return Files.newOutputStream(temporary, CREATE_NEW, WRITE);
    }

    /** Writes {@code bytes} as the whole content. */
    public void write(byte[] bytes) {
        try {
            Files.write(temporary, bytes, CREATE_NEW, WRITE);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Gives the file its final name, replacing what had it. The bytes are on the disk before the name is. */
    public void commit() {
        try {
            try (var channel = FileChannel.open(temporary, WRITE)) {
                channel.force(true);
            }
            Files.move(temporary, target, ATOMIC_MOVE);
        } catch (IOException e) {
            throw failed(e);
        }
        cleanup.remove(deletion);
    }

    /** Deletes what was written unless it was committed. */
    @Override
    public void close() {
        cleanup.remove(deletion);
        deleteTemporary();
    }

    private void deleteTemporary() {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private OutputException failed(IOException e) {
        return new OutputException(
                "cannot write %s: %s; free space or choose another name".formatted(target, OutputFolder.reason(e)), e);
    }
}
