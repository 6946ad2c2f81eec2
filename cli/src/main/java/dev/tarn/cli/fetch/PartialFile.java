package dev.tarn.cli.fetch;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.tarn.engine.catalog.CatalogModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A model's file while it arrives: hidden beside its final place, hashed as it is written, and given its final name only where size
 * and hash are those of the catalogue. What was written stays when the fetch is cut off, so that the next can go on from there.
 * One process at a time holds it.
 */
final class PartialFile implements AutoCloseable {
    private static final int CHUNK = 1 << 20;

    private final CatalogModel model;
    private final Path target;
    private final Path path;
    private final FileChannel channel;
    private final Sha256 hash = new Sha256();
    private long written;

    private PartialFile(CatalogModel model, Path target, Path path, FileChannel channel) {
        this.model = model;
        this.target = target;
        this.path = path;
        this.channel = channel;
    }

    /**
     * Takes hold of the file.
     *
     * @throws CacheException where the cache cannot be written, or another process is fetching the model
     */
    static PartialFile open(CatalogModel model, Path target) {
        Path path = target.resolveSibling("." + target.getFileName() + ".part");
        try {
            Files.createDirectories(target.toAbsolutePath().getParent());
            FileChannel channel = FileChannel.open(path, CREATE, READ, WRITE);
            if (!lock(channel)) {
                channel.close();
                throw new CacheException("another process is fetching " + model.name() + "; wait until it is done");
            }
            return new PartialFile(model, target, path, channel);
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** A folder beside the file for what a source must keep until it is whole. */
    Path workFolder() {
        return target.resolveSibling("." + target.getFileName() + ".work");
    }

    /** Takes over what an earlier fetch left, which is read once to be hashed. Returns its bytes. */
    long resume() {
        try {
            restartHash();
            if (channel.size() > model.bytes()) {
                channel.truncate(0);
            }
            byte[] chunk = new byte[CHUNK];
            channel.position(0);
            for (int n = read(chunk); n > 0; n = read(chunk)) {
                hash.update(chunk, 0, n);
                written += n;
            }
            return written;
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    private int read(byte[] chunk) throws IOException {
        return channel.read(ByteBuffer.wrap(chunk));
    }

    /** Begins with an empty file. */
    void restart() {
        try {
            restartHash();
            channel.truncate(0);
            channel.position(0);
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    private void restartHash() {
        hash.reset();
        written = 0;
    }

    /**
     * Appends bytes.
     *
     * @throws FetchException where the source gives more than the catalogue says
     */
    void write(byte[] bytes, int count) {
        if (written + count > model.bytes()) {
            discard();
            throw new FetchException(
                    "gives more than the " + model.bytes() + " bytes that the catalogue states; it is another file");
        }
        hash.update(bytes, 0, count);
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            throw unwritable(path, e);
        }
        written += count;
    }

    /**
     * Gives the file its final name.
     *
     * @throws FetchException where size or hash are not the catalogue's; a whole file of another hash is deleted
     */
    void place() {
        if (written < model.bytes()) {
            throw new FetchException(
                    "ended after " + written + " of " + model.bytes() + " bytes; run it again to go on");
        }
        String got = hash.finish();
        if (!got.equals(model.sha256())) {
            discard();
            throw new FetchException("gives a file of SHA-256 " + got + ", but the catalogue states " + model.sha256()
                    + "; nothing was kept");
        }
        try {
            channel.force(true);
            channel.close();
            Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw unwritable(target, e);
        }
    }

    /** Empties the file, whose content is of no use. */
    private void discard() {
        restart();
    }

    /** Lets go of the file; what was written stays for the next attempt, an empty file goes. */
    @Override
    public void close() {
        try {
            if (channel.isOpen()) {
                if (channel.size() == 0) {
                    Files.deleteIfExists(path);
                }
                channel.close();
            }
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    private static CacheException unwritable(Path path, IOException e) {
        return new CacheException(
                "cannot write " + path + " (" + e + "); free space, or set TARN_CACHE to a folder that can be written",
                e);
    }
}
