package dev.tarn.engine.kv;

import dev.tarn.engine.EngineException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A file of bytes that is read and written by position, from any thread, and deleted when closed. Errors become one line. */
final class ScratchFile implements AutoCloseable {
    private static final int ZEROS = 1 << 20;

    private final FileChannel channel;
    private final String name;
    private long size;

    ScratchFile(FileChannel channel, String name) {
        this.channel = channel;
        this.name = name;
    }

    /** Bytes that the file has on disk. */
    long size() {
        return size;
    }

    /** Takes the bytes up to {@code bytes} from the disk now, so that a full one is met before they are needed. */
    void extend(long bytes) {
        ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZEROS, Math.max(0, bytes - size)));
        while (size < bytes) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - size));
            write(zeros, size);
            size += zeros.limit();
        }
    }

    void write(MemorySegment from, long at, long bytes, long position) {
        write(from.asSlice(at, bytes).asByteBuffer(), position);
    }

    private void write(ByteBuffer from, long position) {
        try {
            long at = position;
            while (from.hasRemaining()) {
                at += channel.write(from, at);
            }
        } catch (IOException e) {
            throw new EngineException(
                    "slow tier " + name + ": entries cannot be written (" + reason(e)
                            + "); free space there, or name another folder",
                    e);
        }
    }

    void read(MemorySegment to, long at, long bytes, long position) {
        ByteBuffer into = to.asSlice(at, bytes).asByteBuffer();
        try {
            long from = position;
            while (into.hasRemaining()) {
                int read = channel.read(into, from);
                if (read < 0) {
                    throw new IOException("the file ends early");
                }
                from += read;
            }
        } catch (IOException e) {
            throw new EngineException(
                    "slow tier " + name + ": entries cannot be read back (" + reason(e)
                            + "); check the disk, or name another folder",
                    e);
        }
    }

    /** Becomes a copy of another file. */
    void copyFrom(ScratchFile other) {
        extend(other.size);
        try {
            for (long at = 0; at < other.size; ) {
                at += other.channel.transferTo(at, other.size - at, channel.position(at));
            }
        } catch (IOException e) {
            throw new EngineException(
                    "slow tier " + name + ": entries cannot be copied (" + reason(e)
                            + "); free space there, or name another folder",
                    e);
        }
    }

    static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new EngineException("slow tier " + name + ": a file cannot be closed (" + reason(e) + ")", e);
        }
    }
}
