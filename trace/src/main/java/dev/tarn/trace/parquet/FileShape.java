package dev.tarn.trace.parquet;

import dev.tarn.trace.TraceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Whether a file has a Parquet file's outline (the Parquet format, section File format), asked before anything in it is believed. */
final class FileShape {
    private static final int MAGIC_BYTES = 4;
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

    /** Magic, footer length, magic again: less cannot be a Parquet file. */
    private static final int LEAST_BYTES = 12;

    private static final Set<CompressionCodecName> CODECS = Collections.unmodifiableSet(
            EnumSet.of(CompressionCodecName.ZSTD, CompressionCodecName.SNAPPY, CompressionCodecName.UNCOMPRESSED));

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
     * Checks that the footer's account of the row groups can be true: row counts, places inside the file, and codecs that are here
     * (the others of the Parquet format need Hadoop).
     *
     * @throws TraceException if it cannot
     */
    static void checkGroups(Iterable<BlockMetaData> groups, long bytes, Path file) {
        for (BlockMetaData group : groups) {
            if (group.getRowCount() < 0) {
                throw new TraceException(file + ": damaged footer: a row group has " + group.getRowCount() + " rows");
            }
            for (var column : group.getColumns()) {
                checkColumn(column, bytes, file);
            }
        }
    }

    private static void checkColumn(ColumnChunkMetaData column, long bytes, Path file) {
        String name = column.getPath().toDotString();
        long begin = column.getStartingPos();
        long size = column.getTotalSize();
        if (begin < MAGIC_BYTES || size < 0 || size > bytes - begin) {
            throw new TraceException(file + ": damaged footer: column " + name + " is said to lie at byte " + begin
                    + ", " + size + " bytes long, but the file has " + bytes + " bytes");
        }
        if (!CODECS.contains(column.getCodec())) {
            throw new TraceException(file + ": column " + name + " is compressed with " + column.getCodec()
                    + ", which is not read here; rewrite the file with one of " + CODECS);
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
