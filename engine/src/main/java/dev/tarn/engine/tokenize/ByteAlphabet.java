package dev.tarn.engine.tokenize;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * GPT-2's printable stand-ins for the 256 bytes ({@code bytes_to_unicode} of its encoder): printable Latin-1 stands
 * for itself, every other byte, in order, for the code points from U+0100.
 */
final class ByteAlphabet {
    private static final char[] TO_CHAR = new char[256];
    private static final short[] TO_BYTE = new short[512];

    static {
        Arrays.fill(TO_BYTE, (short) -1);
        char next = 256;
        for (int b = 0; b < 256; b++) {
            boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
            TO_CHAR[b] = printable ? (char) b : next++;
            TO_BYTE[TO_CHAR[b]] = (short) b;
        }
    }

    private ByteAlphabet() {}

    /** The UTF-8 bytes of a text, each as its stand-in. */
    static String encode(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var chars = new char[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            chars[i] = TO_CHAR[bytes[i] & 0xFF];
        }
        return new String(chars);
    }

    /** The bytes a token stands for; a token with any character outside the alphabet stands for its own UTF-8. */
    static byte[] decode(String token) {
        var bytes = new ByteArrayOutputStream(token.length());
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            if (c >= TO_BYTE.length || TO_BYTE[c] < 0) {
                return token.getBytes(StandardCharsets.UTF_8);
            }
            bytes.write(TO_BYTE[c]);
        }
        return bytes.toByteArray();
    }
}
