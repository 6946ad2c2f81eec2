package dev.tarn.study.text;

import dev.tarn.engine.tokenize.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A text as token ids, cut where a sentence begins: after a full stop, question or exclamation mark (and closing quotes),
 * before a capital, but not after a title or an initial. Paragraphs are lines.
 */
public final class Sentences {
    private static final Pattern BOUNDARY =
            Pattern.compile("(?<=[.!?][\"')]{0,2})(?<!\\b(?:Mr|Mrs|Dr|St|M|Rev|Capt|No|[A-Z])\\.) (?=[\"'(]?[A-Z])");

    private final List<int[]> tokens = new ArrayList<>();
    private final List<Integer> paragraphStarts = new ArrayList<>();

    /** Cuts and encodes a text. */
    public Sentences(String text, Tokenizer tokenizer) {
        for (String line : text.lines().toList()) {
            if (!line.isBlank()) {
                addParagraph(line.strip(), tokenizer);
            }
        }
    }

    private void addParagraph(String paragraph, Tokenizer tokenizer) {
        paragraphStarts.add(tokens.size());
        String[] sentences = BOUNDARY.split(paragraph, -1);
        for (int i = 0; i < sentences.length; i++) {
            String before = i > 0 ? " " : tokens.isEmpty() ? "" : "\n";
            tokens.add(tokenizer.encode(before + sentences[i], false));
        }
    }

    /** How many sentences there are. */
    public int count() {
        return tokens.size();
    }

    /** The tokens of a sentence, with the space or newline before it. */
    public int[] tokens(int sentence) {
        return tokens.get(sentence);
    }

    /** Sentences that begin a paragraph, ascending. */
    public List<Integer> paragraphStarts() {
        return paragraphStarts;
    }
}
