package dev.tarn.engine.synthesis;

import dev.tarn.engine.format.GgufWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A byte-level BPE vocabulary of any size that llama.cpp and Tarn accept: the 256 bytes, then runs of two and three printable
 * characters, each with the merge that makes it, and one control token that begins and ends texts.
 */
final class MadeUpVocabulary {
    private static final int NORMAL = 1;
    private static final int CONTROL = 3;
    private static final String PREFIX = "tokenizer.ggml.";
    /** The space's stand-in in GPT-2's byte alphabet, then frequent letters first. */
    private static final String LETTERS = "\u0120etaoinshrdlucmfwypvbgkjqxzETAOINSHRDLUCMFWYPVBGKJQXZ0123456789";

    private final List<String> tokens = new ArrayList<>();
    private final List<String> merges = new ArrayList<>();
    private final int size;

    MadeUpVocabulary(int size) {
        this.size = size;
        addBytes();
        List<String> shorter = LETTERS.chars().mapToObj(Character::toString).toList();
        while (tokens.size() < size - 1) {
            shorter = extend(shorter);
        }
        tokens.add("<|endoftext|>");
    }

    /** GPT-2's bytes_to_unicode: printable Latin-1 stands for itself, the rest for code points from U+0100 on. */
    private void addBytes() {
        char next = 256;
        for (int b = 0; b < 256; b++) {
            boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
            tokens.add(Character.toString(printable ? (char) b : next++));
        }
    }

    /** Adds every token of the list with every letter behind it, as far as there is room. */
    private List<String> extend(List<String> shorter) {
        List<String> longer = new ArrayList<>();
        for (String left : shorter) {
            for (int i = 0; i < LETTERS.length() && tokens.size() < size - 1; i++) {
                String right = LETTERS.substring(i, i + 1);
                tokens.add(left + right);
                merges.add(left + " " + right);
                longer.add(left + right);
            }
        }
        return longer;
    }

    void describe(GgufWriter writer, String preTokenizer) {
        int[] types = new int[size];
        Arrays.fill(types, NORMAL);
        types[size - 1] = CONTROL;
        writer.text(PREFIX + "model", "gpt2")
                .text(PREFIX + "pre", preTokenizer)
                .texts(PREFIX + "tokens", tokens)
                .ints(PREFIX + "token_type", types)
                .texts(PREFIX + "merges", merges)
                .integer(PREFIX + "bos_token_id", size - 1)
                .integer(PREFIX + "eos_token_id", size - 1)
                .bool(PREFIX + "add_bos_token", false);
    }
}
