package dev.tarn.engine.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads little-endian values one after another; every read is checked against the end of the file first. */
final class ByteCursor {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int MAX_STRING = 1 << 26;

    private final MappedFile file;
    private long offset;

    ByteCursor(MappedFile file) {
        this.file = file;
    }

    long offset() {
        return offset;
    }

    long remaining() {
        return file.size() - offset;
    }

    byte readByte(String what) {
        return file.bytes().get(ValueLayout.JAVA_BYTE, advance(1, what));
    }

    short readShort(String what) {
        return file.bytes().get(SHORT, advance(Short.BYTES, what));
    }

    int readInt(String what) {
        return file.bytes().get(INT, advance(Integer.BYTES, what));
    }

    long readLong(String what) {
        return file.bytes().get(LONG, advance(Long.BYTES, what));
    }

    /**
     * Reads an unsigned 64-bit count of things that take at least {@code leastBytes} each, and checks that the rest of
     * the file can hold that many and that it is no more than {@code limit}: so no count can make the reader allocate
     * more than the file's own size, nor more than any real model needs.
     */
    int readCount(String what, int leastBytes, int limit) {
        long at = offset;
        long count = readLong(what);
        long most = Math.min(remaining() / leastBytes, limit);
        if (count < 0 || count > most) {
            throw file.error(
                    at,
                    what + " is " + Long.toUnsignedString(count) + ", but at most " + most + " is possible with "
                            + remaining() + " bytes left; the file is truncated or damaged");
        }
        return (int) count;
    }

    /** Reads a length-prefixed UTF-8 string. */
    String readString(String what) {
        int length = readCount("length of " + what, 1, MAX_STRING);
        long at = advance(length, what);
        var bytes = new byte[length];
        MemorySegment.copy(file.bytes(), ValueLayout.JAVA_BYTE, at, bytes, 0, length);
        var text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0) {
            requireUtf8(bytes, at, what);
        }
        return text;
    }

    private void requireUtf8(byte[] bytes, long at, String what) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException malformed) {
            throw file.error(at, what + " is not valid UTF-8");
        }
    }

    /** Moves past {@code bytes} bytes and returns where they begin. */
    private long advance(long bytes, String what) {
        if (remaining() < bytes) {
            throw file.error(
                    offset,
                    "file ends inside " + what + ": " + bytes + " bytes needed, " + remaining()
                            + " left; the file is truncated");
        }
        long at = offset;
        offset += bytes;
        return at;
    }
}
