package dev.tarn.engine.tokenize;

import java.nio.charset.StandardCharsets;

/** Says which bytes a token of the vocabulary stands for. */
@FunctionalInterface
interface Detokenizer {
    /** SentencePiece's mark for a space. */
    String SPACE_MARK = "\u2581";

    /** Tokens in GPT-2's byte alphabet. */
    Detokenizer BYTE_LEVEL = ByteAlphabet::decode;

    /** Tokens in which a mark stands for a space and {@code <0xNN>} for a byte. */
    Detokenizer SPACE_MARKED = token -> {
        int value = ByteTokens.value(token);
        return value >= 0
                ? new byte[] {(byte) value}
                : token.replace(SPACE_MARK, " ").getBytes(StandardCharsets.UTF_8);
    };

    byte[] bytes(String token);
}
