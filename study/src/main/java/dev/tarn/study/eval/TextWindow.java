package dev.tarn.study.eval;

import dev.tarn.engine.tokenize.Tokenizer;
import dev.tarn.study.StudyException;
import dev.tarn.study.text.TextSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A stretch of a text as token ids.
 *
 * @param text the text's name
 * @param tokens its ids; token 0 is BOS where the model wants one
 */
record TextWindow(String text, int[] tokens) {
    /**
     * The first windows of texts, as llama.cpp cuts them: the whole text is tokenised and cut into windows of N tokens; token 0 of
     * each becomes BOS where the model wants one. Of several texts the first windows come first, then the second ones.
     *
     * @param limit at most this many
     * @throws StudyException where no text holds a whole window
     */
    static List<TextWindow> cut(List<TextSource> texts, Tokenizer tokenizer, int context, int limit) {
        List<int[]> tokens = texts.stream()
                .map(text -> tokenizer.addsBos()
                        ? tokenizer.encodeWithBos(text.content(), false)
                        : tokenizer.encode(text.content(), false))
                .toList();
        int longest = tokens.stream().mapToInt(ids -> ids.length).max().orElse(0);
        if (longest < context) {
            throw new StudyException(texts.getFirst().name() + ": has " + longest + " tokens, fewer than one window of "
                    + context + "; give a longer text or a smaller context");
        }
        List<TextWindow> windows = new ArrayList<>();
        for (int w = 0; w < longest / context; w++) {
            for (int i = 0; i < texts.size() && windows.size() < limit; i++) {
                if (tokens.get(i).length >= (w + 1) * context) {
                    int[] window = Arrays.copyOfRange(tokens.get(i), w * context, (w + 1) * context);
                    if (tokenizer.addsBos()) {
                        window[0] = tokenizer.bos();
                    }
                    windows.add(new TextWindow(texts.get(i).name(), window));
                }
            }
        }
        return windows;
    }
}
