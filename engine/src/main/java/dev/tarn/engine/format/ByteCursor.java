package dev.tarn.engine.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads little-endian values one after another; every read is checked against the end of the file first. Reads go through a
 * byte buffer over the part of the file at hand: a vocabulary is read before anything is compiled, and then a buffer costs a
 * tenth of what a memory segment does.
 */
final class ByteCursor {
    private static final int MAX_STRING = 1 << 26;
    private static final long WINDOW = 1L << 30;

    private final MappedFile file;
    private ByteBuffer window = ByteBuffer.allocate(0);
    private long windowStart;
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
        return take(1, what).get();
    }

    short readShort(String what) {
        return take(Short.BYTES, what).getShort();
    }

    int readInt(String what) {
        return take(Integer.BYTES, what).getInt();
    }

    long readLong(String what) {
        return take(Long.BYTES, what).getLong();
    }

    /**
     * Reads an unsigned 64-bit count of things that take at least {@code leastBytes} each, and checks that the rest of
     * the file can hold that many and that it is no more than {@code limit}: so no count can make the reader allocate
     * more than the file's own size, nor more than any real model needs.
     */
    int readCount(String what, int leastBytes, int limit) {
        return readCount("", what, leastBytes, limit);
    }

    private int readCount(String ofWhat, String what, int leastBytes, int limit) {
        long at = offset;
        long count = readLong(what);
        long most = Math.min(remaining() / leastBytes, limit);
        if (count < 0 || count > most) {
            throw file.error(
                    at,
                    ofWhat + what + " is " + Long.toUnsignedString(count) + ", but at most " + most
                            + " is possible with " + remaining() + " bytes left; the file is truncated or damaged");
        }
        return (int) count;
    }

    /** Reads a length-prefixed UTF-8 string. */
    String readString(String what) {
        int length = readCount("length of ", what, 1, MAX_STRING);
        long at = offset;
        var bytes = new byte[length];
        take(length, what).get(bytes);
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

    /** Moves past {@code bytes} bytes, at most a string's, and returns a buffer that stands where they begin. */
    private ByteBuffer take(int bytes, String what) {
        if (remaining() < bytes) {
            throw file.error(
                    offset,
                    "file ends inside " + what + ": " + bytes + " bytes needed, " + remaining()
                            + " left; the file is truncated");
        }
        if (offset + bytes > windowStart + window.limit()) {
            windowStart = offset;
            window = file.bytes()
                    .asSlice(offset, Math.min(WINDOW, remaining()))
                    .asByteBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN);
        }
        window.position((int) (offset - windowStart));
        offset += bytes;
        return window;
    }
}
