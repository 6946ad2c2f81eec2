package dev.tarn.trace.parquet;

import dev.tarn.trace.TraceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.parquet.hadoop.metadata.BlockMetaData;

/** Whether a file has a Parquet file's outline (the Parquet format, section File format), asked before anything in it is believed. */
final class FileShape {
    private static final int MAGIC_BYTES = 4;
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

    /** Magic, footer length, magic again: less cannot be a Parquet file. */
    private static final int LEAST_BYTES = 12;

    private FileShape() {}

    /**
     * Checks both ends of the file.
     *
     * @throws TraceException if it is not there, not Parquet, or cut off
     */
    static void checkEnds(Path file) {
        if (!Files.exists(file)) {
            throw new TraceException(file + ": no such file");
        }
        if (!Files.isRegularFile(file)) {
            throw new TraceException(file + ": not a trace: it is not a regular file");
        }
        try (var channel = FileChannel.open(file)) {
            long bytes = channel.size();
            byte[] head = read(channel, 0, bytes);
            if (!Arrays.equals(head, MAGIC)) {
                throw new TraceException(file + ": not a Parquet file: begins with " + hex(head) + " instead of "
                        + hex(MAGIC) + " (PAR1)");
            }
            byte[] tail = read(channel, Math.max(0, bytes - MAGIC_BYTES), bytes);
            if (bytes < LEAST_BYTES || !Arrays.equals(tail, MAGIC)) {
                throw new TraceException(file + ": truncated: ends with " + hex(tail) + " at byte " + bytes
                        + " instead of " + hex(MAGIC) + " (PAR1); copy or record it again");
            }
        } catch (IOException e) {
            throw new TraceException(file + ": cannot read the trace: " + Reason.of(e), e);
        }
    }

    /**
     * Checks that every column of every row group lies inside the file.
     *
     * @throws TraceException if one does not
     */
    static void checkExtents(Iterable<BlockMetaData> groups, long bytes, Path file) {
        for (BlockMetaData group : groups) {
            for (var column : group.getColumns()) {
                long begin = column.getStartingPos();
                long size = column.getTotalSize();
                if (begin < MAGIC_BYTES || size < 0 || size > bytes - begin) {
                    throw new TraceException(
                            file + ": damaged: column " + column.getPath().toDotString() + " is said to lie at byte "
                                    + begin + ", " + size + " bytes long, but the file has " + bytes + " bytes");
                }
            }
        }
    }

    private static byte[] read(FileChannel channel, long from, long bytes) throws IOException {
        var buffer = ByteBuffer.allocate((int) Math.min(MAGIC_BYTES, bytes));
        while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {
            // A read may return less than asked for.
        }
        return buffer.array();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }
}
