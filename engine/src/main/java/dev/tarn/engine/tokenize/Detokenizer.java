package dev.tarn.engine.tokenize;

import java.util.List;

/** Says which bytes a token of the vocabulary stands for. */
@FunctionalInterface
interface Detokenizer {
    /** SentencePiece's mark for a space. */
    String SPACE_MARK = "\u2581";

    /** Tokens in GPT-2's byte alphabet. */
    Detokenizer BYTE_LEVEL = ByteAlphabet::decode;

    /** Tokens in which a mark stands for a space and {@code <0xNN>} for a byte. */
    Detokenizer SPACE_MARKED = new PieceDetokenizer(List.of(new PieceDetokenizer.Replacement(SPACE_MARK, " ")), true);

    /** The bytes of one token. */
    byte[] bytes(String token);
}
