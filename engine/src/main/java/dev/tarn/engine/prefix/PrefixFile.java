package dev.tarn.engine.prefix;

import dev.tarn.engine.kv.KvShape;
import dev.tarn.engine.kv.KvSpan;
import dev.tarn.engine.kv.PagePool;
import dev.tarn.engine.kv.SpanForm;
import dev.tarn.engine.kv.SummaryKind;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * One chunk as a file, little-endian: 8 bytes of magic, the header's bytes (int32), the chunk's name (32 bytes), first position and number
 * of tokens (int32 each), the layers with index keys (a bit set), the number of kinds of block summaries (int32) and of each the kind (its name), the
 * block (int32) and the layers (a bit set), where sets and names have their bytes before them (int32); then the parts of the {@link KvSpan} one after the
 * other; then CRC-32C of all before it (int32). Parts are read straight to their pages.
 */
final class PrefixFile {
    private static final byte[] MAGIC = {'T', 'A', 'R', 'N', 'K', 'V', 0, 1};
    private static final int MOST_HEADER = 1 << 20;
    private static final int SUM = Integer.BYTES;

    private PrefixFile() {}

    /** A file that is not what it should be. The message says why, as the end of a sentence that begins with its name. */
    static final class DamagedException extends RuntimeException {
        DamagedException(String why) {
            super(why);
        }
    }

    /** Bytes of the file of a span. */
    static long bytes(KvSpan span) {
        return header("0".repeat(64), span.form()).remaining() + span.bytes() + SUM;
    }

    static void write(FileChannel channel, String key, KvSpan span) throws IOException {
        CRC32C sum = new CRC32C();
        put(channel, header(key, span.form()), sum);
        for (int i = 0; i < span.parts(); i++) {
            put(channel, span.part(i).asByteBuffer(), sum);
        }
        ByteBuffer end = ByteBuffer.allocate(SUM).order(ByteOrder.LITTLE_ENDIAN);
        end.putInt((int) sum.getValue()).flip();
        while (end.hasRemaining()) {
            channel.write(end);
        }
    }

    private static void put(FileChannel channel, ByteBuffer bytes, CRC32C sum) throws IOException {
        sum.update(bytes.duplicate());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static ByteBuffer header(String key, SpanForm form) {
        int layers = form.indexed().length() + form.summaries().size() * Short.MAX_VALUE;
        ByteBuffer header = ByteBuffer.allocate(128 + layers).order(ByteOrder.LITTLE_ENDIAN);
        header.put(MAGIC).putInt(0).put(HexFormat.of().parseHex(key));
        header.putInt(form.first()).putInt(form.tokens());
        put(header, form.indexed().toByteArray());
        header.putInt(form.summaries().size());
        for (SpanForm.Summaries of : form.summaries()) {
            put(header, of.kind().name().getBytes(StandardCharsets.US_ASCII));
            header.putInt(of.block());
            put(header, of.layers().toByteArray());
        }
        return header.putInt(MAGIC.length, header.position()).flip();
    }

    private static void put(ByteBuffer header, byte[] bytes) {
        header.putInt(bytes.length).put(bytes);
    }

    /**
     * Reads a file to pages of its own.
     *
     * @param key the name that it must have
     * @param first the position that it must begin at
     * @param tokens how many tokens it must hold
     * @throws DamagedException where it is torn, damaged or something else
     */
    static KvSpan read(FileChannel channel, String key, int first, int tokens, KvShape shape, PagePool pool)
            throws IOException {
        CRC32C sum = new CRC32C();
        ByteBuffer start = ByteBuffer.allocate(MAGIC.length + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        get(channel, start, sum);
        byte[] magic = new byte[MAGIC.length];
        start.get(magic);
        int length = start.getInt();
        if (!Arrays.equals(magic, MAGIC) || length < start.capacity() || length > MOST_HEADER) {
            throw new DamagedException("is no prefix of this program");
        }
        ByteBuffer rest = ByteBuffer.allocate(length - start.capacity()).order(ByteOrder.LITTLE_ENDIAN);
        get(channel, rest, sum);
        SpanForm form = form(rest, key, first, tokens, shape);
        long body = form.sizes(shape).stream().mapToLong(Long::longValue).sum();
        if (channel.size() != length + body + SUM) {
            throw new DamagedException(
                    "is torn: it has " + channel.size() + " bytes instead of " + (length + body + SUM));
        }
        KvSpan span = KvSpan.allocate(shape, form, pool);
        try {
            for (int i = 0; i < span.parts(); i++) {
                get(channel, span.part(i).asByteBuffer(), sum);
            }
            ByteBuffer end = ByteBuffer.allocate(SUM).order(ByteOrder.LITTLE_ENDIAN);
            get(channel, end, new CRC32C());
            if (end.getInt() != (int) sum.getValue()) {
                throw new DamagedException("is damaged: its check sum is another one");
            }
            return span;
        } catch (IOException | RuntimeException e) {
            span.close();
            throw e;
        }
    }

    /** Fills a buffer and leaves it to be read. */
    private static void get(FileChannel channel, ByteBuffer to, CRC32C sum) throws IOException {
        while (to.hasRemaining()) {
            if (channel.read(to) < 0) {
                throw new DamagedException("is torn: it ends after " + channel.size() + " bytes");
            }
        }
        to.flip();
        sum.update(to.duplicate());
    }

    private static SpanForm form(ByteBuffer header, String key, int first, int tokens, KvShape shape) {
        try {
            byte[] name = new byte[32];
            header.get(name);
            if (!HexFormat.of().formatHex(name).equals(key)) {
                throw new DamagedException("holds another prefix than its name says");
            }
            if (header.getInt() != first || header.getInt() != tokens) {
                throw new DamagedException("holds other positions than it should");
            }
            BitSet indexed = bits(header, shape);
            List<SpanForm.Summaries> summaries = new ArrayList<>();
            for (int left = header.getInt(); left > 0; left--) {
                SummaryKind kind = SummaryKind.valueOf(new String(bytes(header), StandardCharsets.US_ASCII));
                summaries.add(new SpanForm.Summaries(kind, header.getInt(), bits(header, shape)));
            }
            SpanForm form = new SpanForm(first, tokens, indexed, summaries);
            if (header.hasRemaining() || form.sizes(shape).stream().anyMatch(size -> size < 1)) {
                throw new DamagedException("is damaged: its header makes no sense");
            }
            return form;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new DamagedException("is damaged: its header makes no sense");
        }
    }

    private static BitSet bits(ByteBuffer header, KvShape shape) {
        BitSet bits = BitSet.valueOf(bytes(header));
        if (bits.length() > shape.layers()) {
            throw new IllegalArgumentException("layers that the model has not");
        }
        return bits;
    }

    private static byte[] bytes(ByteBuffer header) {
        int count = header.getInt();
        if (count < 0 || count > header.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[count];
        header.get(bytes);
        return bytes;
    }
}
