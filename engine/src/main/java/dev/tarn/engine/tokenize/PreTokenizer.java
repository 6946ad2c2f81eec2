package dev.tarn.engine.tokenize;

import java.util.ArrayList;
import java.util.List;

/** Splits a text into the pieces within which the model may merge. */
@FunctionalInterface
interface PreTokenizer {
    PreTokenizer NONE = (text, first) -> text.isEmpty() ? List.of() : List.of(text);

    /**
     * The pieces in order, none of them empty.
     *
     * @param first whether the text begins the whole input
     */
    List<String> split(String text, boolean first);

    /** Several, each splitting the pieces of the one before. */
    static PreTokenizer sequence(List<PreTokenizer> steps) {
        return (text, first) -> {
            var pieces = NONE.split(text, first);
            for (var step : steps) {
                var finer = new ArrayList<String>();
                for (int i = 0; i < pieces.size(); i++) {
                    finer.addAll(step.split(pieces.get(i), first && i == 0));
                }
                pieces = finer;
            }
            return pieces;
        };
    }

    /** GPT-2's byte alphabet in place of the text's UTF-8 bytes. */
    static PreTokenizer bytes() {
        return (text, first) -> text.isEmpty() ? List.of() : List.of(ByteAlphabet.encode(text));
    }
}
