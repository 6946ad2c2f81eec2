package dev.tarn.engine.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
    private static final int AHEAD = 1 << 16;

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

    /**
     * Reads a row of strings. What is whole in a copy of the bytes ahead is taken from there: an array costs fewest calls, and nothing
     * is compiled yet. A string that is not, or that is too long, is read, or refused, by itself.
     */
    void readStrings(String what, String[] into) {
        byte[] ahead = {};
        long aheadStart = 0;
        for (int i = 0; i < into.length; i++) {
            int at = (int) (offset - aheadStart);
            int length = length(ahead, at);
            if (length < 0) {
                aheadStart = offset;
                ahead = ahead();
                at = 0;
                length = length(ahead, at);
            }
            if (length < 0) {
                into[i] = readString(what);
                continue;
            }
            into[i] = new String(ahead, at + Long.BYTES, length, StandardCharsets.UTF_8);
            if (into[i].indexOf('\uFFFD') >= 0) {
                into[i] = readString(what);
            } else {
                offset += Long.BYTES + length;
            }
        }
    }

    private byte[] ahead() {
        var bytes = new byte[(int) Math.min(AHEAD, remaining())];
        MemorySegment.copy(file.bytes(), ValueLayout.JAVA_BYTE, offset, bytes, 0, bytes.length);
        return bytes;
    }

    /** The length of the string that begins at {@code at} and ends within {@code bytes}, or -1. */
    private static int length(byte[] bytes, int at) {
        if (at > bytes.length - Long.BYTES) {
            return -1;
        }
        int low = (bytes[at] & 0xff)
                | ((bytes[at + 1] & 0xff) << 8)
                | ((bytes[at + 2] & 0xff) << 16)
                | (bytes[at + 3] << 24);
        int high = bytes[at + 4] | bytes[at + 5] | bytes[at + 6] | bytes[at + 7];
        return high == 0 && low >= 0 && low <= bytes.length - at - Long.BYTES ? low : -1;
    }

    /** Reads a row of 32-bit integers. */
    void readInts(String what, int[] into) {
        int bytes = Math.multiplyExact(into.length, Integer.BYTES);
        take(bytes, what).asIntBuffer().get(into);
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
