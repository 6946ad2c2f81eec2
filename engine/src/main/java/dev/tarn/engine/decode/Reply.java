package dev.tarn.engine.decode;

import dev.tarn.engine.tokenize.StreamingDecoder;
import dev.tarn.engine.tokenize.Tokenizer;
import java.util.Arrays;
import java.util.function.Consumer;

/** What is being generated for one prompt: draws tokens from logits until an end token or the limit, and streams their text. */
final class Reply {
    private final Tokenizer tokenizer;
    private final GenerationOptions options;
    private final Sampler sampler;
    private final Consumer<String> stream;
    private final StreamingDecoder text;
    private final StringBuilder whole = new StringBuilder();
    private final int[] tokens;
    private int count;
    private boolean ended;

    /** A reply that is empty so far. */
    Reply(Tokenizer tokenizer, GenerationOptions options, Consumer<String> stream) {
        this.tokenizer = tokenizer;
        this.options = options;
        this.sampler = options.sampling().sampler();
        this.stream = stream;
        this.text = new StreamingDecoder(tokenizer, false);
        this.tokens = new int[options.maxTokens()];
    }

    /** Draws the next token; false where it was the last. */
    boolean draw(float[] logits) {
        int token = sampler.sample(logits);
        tokens[count++] = token;
        ended = options.stopAtEnd() && tokenizer.isEnd(token);
        emit(ended ? "" : text.append(token));
        boolean more = !ended && count < tokens.length;
        if (!more) {
            emit(text.flush());
        }
        return more;
    }

    private void emit(String piece) {
        if (!piece.isEmpty()) {
            whole.append(piece);
            stream.accept(piece);
        }
    }

    /** The token that was drawn last. */
    int last() {
        return tokens[count - 1];
    }

    /** What was generated. */
    Generation finish(int promptTokens, long prefillNanos, long decodeNanos) {
        return new Generation(
                promptTokens,
                Arrays.copyOf(tokens, count),
                whole.toString(),
                ended ? "stop" : "length",
                prefillNanos,
                decodeNanos,
                count - 1);
    }
}
