package dev.tarn.engine.tokenize;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Tokens written in text, as SentencePiece vocabularies are.
 *
 * @param replacements what is replaced in a token, in turn
 * @param byteFallback whether {@code <0xNN>} stands for a byte
 */
record PieceDetokenizer(List<Replacement> replacements, boolean byteFallback) implements Detokenizer {
    /** Every {@code from} becomes {@code to}. */
    record Replacement(String from, String to) {}

    @Override
    public byte[] bytes(String token) {
        int value = byteFallback ? ByteTokens.value(token) : -1;
        if (value >= 0) {
            return new byte[] {(byte) value};
        }
        var text = token;
        for (var replacement : replacements) {
            text = text.replace(replacement.from, replacement.to);
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
