package dev.tarn.trace.parquet;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file under a temporary name beside its final one, which it gets in one atomic step. The temporary name is hidden, new for each
 * writer (so two writers of one file cannot mix their bytes), and deleted at the latest when the virtual machine exits.
 */
class PartFile implements OutputFile {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path target;
    private final Path part;
    private @Nullable OutputStream out;

    PartFile(Path target) {
        this.target = target;
        String unique = Long.toHexString(ProcessHandle.current().pid()) + '-' + Long.toHexString(System.nanoTime());
        this.part = target.resolveSibling("." + target.getFileName() + "." + unique + ".part");
    }

    @Override
    public PositionOutputStream create(long blockSizeHint) throws IOException {
        OutputStream opened = new BufferedOutputStream(openPart(), BUFFER_BYTES);
        out = opened;
        if (part.getFileSystem().equals(FileSystems.getDefault())) {
            part.toFile().deleteOnExit();
        }
        return new CountingStream(opened);
    }

    /** Opens the temporary file, which must not exist yet. */
    OutputStream openPart() throws IOException {
        return Files.newOutputStream(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) throws IOException {
        return create(blockSizeHint);
    }

    @Override
    public boolean supportsBlockSize() {
        return false;
    }

    @Override
    public long defaultBlockSize() {
        return 0;
    }

    /** Gives the closed file its final name, in place of a file that had it. */
    void publish() throws IOException {
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Closes and deletes what was written. */
    void discard() throws IOException {
        try {
            if (out != null) {
                out.close();
            }
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Knows its position, as Parquet needs. */
    private static final class CountingStream extends PositionOutputStream {
        private final OutputStream out;
        private long position;

        private CountingStream(OutputStream out) {
            this.out = out;
        }

        @Override
        public long getPos() {
            return position;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            position++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            position += length;
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
