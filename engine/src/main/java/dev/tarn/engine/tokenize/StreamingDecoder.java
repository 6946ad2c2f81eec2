package dev.tarn.engine.tokenize;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Turns a stream of token ids into text piece by piece. A character whose bytes are spread over several tokens is held
 * back until it is complete; the pieces and the final {@link #flush} together are exactly what {@link Tokenizer#decode}
 * makes of all ids. Not thread-safe.
 */
public final class StreamingDecoder {
    private final Tokenizer tokenizer;
    private final boolean withSpecial;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private ByteBuffer held = ByteBuffer.allocate(64);
    private int leadingSpaces;

    /** A decoder at the start of a sequence; {@code withSpecial} as in {@link Tokenizer#decode(int[], boolean)}. */
    public StreamingDecoder(Tokenizer tokenizer, boolean withSpecial) {
        this.tokenizer = tokenizer;
        this.withSpecial = withSpecial;
        this.leadingSpaces = tokenizer.leadingSpacesStripped();
    }

    /** The text that has become complete with this token; may be empty. */
    public String append(int id) {
        if (!withSpecial && tokenizer.isSpecial(id)) {
            return "";
        }
        var bytes = tokenizer.bytes(id);
        reserve(bytes.length);
        held.put(bytes).flip();
        var text = decode(false);
        held.compact();
        return stripped(text);
    }

    /** What is still held back, as replacement characters; the decoder is then at the start of a sequence again. */
    public String flush() {
        held.flip();
        var text = stripped(decode(true));
        held.clear();
        utf8.reset();
        leadingSpaces = tokenizer.leadingSpacesStripped();
        return text;
    }

    private void reserve(int more) {
        if (held.remaining() < more) {
            held = ByteBuffer.allocate(held.position() + more).put(held.flip());
        }
    }

    private String decode(boolean end) {
        var chars = CharBuffer.allocate(held.remaining() + 1);
        utf8.decode(held, chars, end);
        if (end) {
            utf8.flush(chars);
        }
        return chars.flip().toString();
    }

    private String stripped(String text) {
        int at = 0;
        while (leadingSpaces > 0 && at < text.length() && text.charAt(at) == ' ') {
            at++;
            leadingSpaces--;
        }
        if (at < text.length()) {
            leadingSpaces = 0;
        }
        return text.substring(at);
    }
}
