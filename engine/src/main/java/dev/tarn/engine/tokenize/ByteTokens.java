package dev.tarn.engine.tokenize;

import java.util.HexFormat;

/** The names {@code <0x00>} to {@code <0xFF>} by which SentencePiece vocabularies hold single bytes. */
final class ByteTokens {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final int LENGTH = 6;

    private ByteTokens() {}

    static String name(byte value) {
        return "<0x" + HEX.toHexDigits(value) + ">";
    }

    /** The byte that a token names, or -1 if it names none. */
    static int value(String token) {
        boolean shaped = token.length() == LENGTH && token.startsWith("<0x") && token.endsWith(">");
        if (!shaped || !HexFormat.isHexDigit(token.charAt(3)) || !HexFormat.isHexDigit(token.charAt(4))) {
            return -1;
        }
        return HexFormat.fromHexDigits(token, 3, 5);
    }
}
