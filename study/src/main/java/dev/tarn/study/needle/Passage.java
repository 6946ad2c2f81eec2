package dev.tarn.study.needle;

import dev.tarn.study.StudyException;
import dev.tarn.study.text.Sentences;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a book from the start of a paragraph, cut to an exact number of tokens.
 *
 * @param tokens the text
 * @param borders places inside it where a sentence begins that does not begin a paragraph, ascending
 */
record Passage(int[] tokens, List<Integer> borders) {
    private static final int TRIES = 1000;

    static Passage draw(List<Sentences> books, RandomGenerator random, int length) {
        for (int i = 0; i < TRIES; i++) {
            Sentences book = books.get(random.nextInt(books.size()));
            if (book.count() > 0) {
                List<Integer> starts = book.paragraphStarts();
                Passage passage = from(book, starts.get(random.nextInt(starts.size())), length);
                if (passage != null) {
                    return passage;
                }
            }
        }
        throw new StudyException("no text is long enough for a passage of " + length + " tokens; give longer texts");
    }

    private static @Nullable Passage from(Sentences book, int start, int length) {
        int[] tokens = new int[length];
        List<Integer> borders = new ArrayList<>();
        int filled = 0;
        for (int sentence = start; sentence < book.count() && filled < length; sentence++) {
            int[] next = book.tokens(sentence);
            if (filled > 0 && Collections.binarySearch(book.paragraphStarts(), sentence) < 0) {
                borders.add(filled);
            }
            int count = Math.min(next.length, length - filled);
            System.arraycopy(next, 0, tokens, filled, count);
            filled += count;
        }
        return filled == length ? new Passage(tokens, borders) : null;
    }

    /** The first border at or after {@code place}, else the last, else the end of the text. */
    int borderFrom(int place) {
        for (int border : borders) {
            if (border >= place) {
                return border;
            }
        }
        return borders.isEmpty() ? tokens.length : borders.getLast();
    }
}
