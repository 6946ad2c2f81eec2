package dev.tarn.engine.tokenize;

import java.util.List;

/** Rewrites a text before it is split, for example to Unicode's composed form. */
@FunctionalInterface
interface Normalizer {
    Normalizer NONE = text -> text;

    String normalize(String text);

    /** SentencePiece's spelling: a mark for every space, and one in front if asked for. */
    static Normalizer spaceMarks(boolean prefix) {
        return text ->
                (prefix && !text.isEmpty() ? Detokenizer.SPACE_MARK : "") + text.replace(" ", Detokenizer.SPACE_MARK);
    }

    /** Several, one after another. */
    static Normalizer sequence(List<Normalizer> steps) {
        return text -> {
            for (var step : steps) {
                text = step.normalize(text);
            }
            return text;
        };
    }
}
