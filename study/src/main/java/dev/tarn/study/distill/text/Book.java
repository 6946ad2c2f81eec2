package dev.tarn.study.distill.text;

import dev.tarn.engine.tokenize.Tokenizer;
import dev.tarn.study.text.Sentences;
import dev.tarn.study.text.TextSource;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** A text as one run of tokens that knows where sentences and paragraphs begin. */
public final class Book {
    private final int[] tokens;
    private final int[] sentences;
    private final int[] paragraphs;

    /**
     * A run of a book's tokens.
     *
     * @param tokens the run
     * @param borders places in it where a sentence begins, ascending
     */
    record Stretch(int[] tokens, int[] borders) {
        /** The first border at or after {@code place}, else the end. */
        int borderFrom(int place) {
            int found = Arrays.binarySearch(borders, place);
            int at = found >= 0 ? found : -found - 1;
            return at < borders.length ? borders[at] : tokens.length;
        }
    }

    /** Cuts and encodes a text. */
    public Book(TextSource text, Tokenizer tokenizer) {
        Sentences cut = new Sentences(text.content(), tokenizer);
        sentences = new int[cut.count()];
        int length = 0;
        for (int i = 0; i < sentences.length; i++) {
            sentences[i] = length;
            length += cut.tokens(i).length;
        }
        tokens = new int[length];
        for (int i = 0; i < sentences.length; i++) {
            System.arraycopy(cut.tokens(i), 0, tokens, sentences[i], cut.tokens(i).length);
        }
        paragraphs = cut.paragraphStarts().stream()
                .mapToInt(sentence -> sentences[sentence])
                .toArray();
    }

    /** Whether a stretch of {@code length} tokens can begin at some paragraph. */
    boolean holds(int length) {
        return tokens.length >= length && paragraphs.length > 0;
    }

    /** A stretch from the beginning of some paragraph. */
    Stretch stretch(RandomGenerator random, int length) {
        int starts = (int) IntStream.of(paragraphs)
                .filter(start -> start + length <= tokens.length)
                .count();
        int start = starts == 0 ? tokens.length - length : paragraphs[random.nextInt(starts)];
        int[] borders = IntStream.of(sentences)
                .filter(place -> place > start && place < start + length)
                .map(place -> place - start)
                .toArray();
        return new Stretch(Arrays.copyOfRange(tokens, start, start + length), borders);
    }

    /** The first tokens from {@code from} on. */
    public int[] tokens(int from, int count) {
        return Arrays.copyOfRange(tokens, from, from + count);
    }

    /** How many tokens there are. */
    public int length() {
        return tokens.length;
    }
}
