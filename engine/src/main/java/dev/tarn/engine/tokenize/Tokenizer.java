package dev.tarn.engine.tokenize;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Turns text into token ids and back. Immutable: may be used by any number of threads. Ids are
 * {@code 0 … vocabularySize() - 1}; a method given another id throws {@link dev.tarn.engine.EngineException}.
 */
public interface Tokenizer {
    /**
     * The ids of a text, without a beginning-of-sequence token.
     *
     * @param parseSpecial whether special tokens written in the text (such as {@code <|user|>}) become their ids; if
     *     not they are text like any other, which is what text from users must be
     */
    int[] encode(String text, boolean parseSpecial);

    /** The bytes a token stands for, before any leading space of the sequence is taken away. */
    byte[] bytes(int id);

    /** How many spaces the model's decoder takes from the front of a sequence's text. */
    int leadingSpacesStripped();

    /** Number of ids. */
    int vocabularySize();

    /** The beginning-of-sequence id, or -1. */
    int bos();

    /** The end-of-sequence id, or -1. */
    int eos();

    /** Whether the model wants {@link #bos()} in front of every sequence. */
    boolean addsBos();

    /** Whether generation ends with this id: end of sequence, end of turn, end of message. */
    boolean isEnd(int id);

    /** Whether this is a special (control) token, which is not part of the text. */
    boolean isSpecial(int id);

    /** The id of a token by its exact text, special or not, or -1. */
    int id(String token);

    /** The token as the vocabulary writes it. */
    String token(int id);

    /** The ids of a text with {@link #bos()} in front where the model wants one and the text has none. */
    default int[] encodeWithBos(String text, boolean parseSpecial) {
        int[] ids = encode(text, parseSpecial);
        if (!addsBos() || bos() < 0 || (ids.length > 0 && ids[0] == bos())) {
            return ids;
        }
        var withBos = new int[ids.length + 1];
        withBos[0] = bos();
        System.arraycopy(ids, 0, withBos, 1, ids.length);
        return withBos;
    }

    /** The text of a whole sequence, special tokens written out; ill-formed UTF-8 becomes U+FFFD. */
    default String decode(int[] ids) {
        return decode(ids, true);
    }

    /**
     * The text of a whole sequence. Ill-formed UTF-8 becomes U+FFFD, one per maximal ill-formed part.
     *
     * @param withSpecial whether special tokens are written out or left out
     */
    default String decode(int[] ids, boolean withSpecial) {
        var bytes = new ByteArrayOutputStream();
        for (int id : ids) {
            if (withSpecial || !isSpecial(id)) {
                bytes.writeBytes(bytes(id));
            }
        }
        var text = bytes.toString(StandardCharsets.UTF_8);
        int stripped = 0;
        while (stripped < leadingSpacesStripped() && stripped < text.length() && text.charAt(stripped) == ' ') {
            stripped++;
        }
        return text.substring(stripped);
    }
}
