package dev.tarn.engine.tokenize;

import dev.tarn.engine.format.GgufMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The pre-tokenizers that GGUF files name in {@code tokenizer.ggml.pre}, by the regular expressions they split with. */
final class NamedPreTokenizers {
    private static final String GPT2 =
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
    private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private static final String WORDS_TO_SPACES = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String LLAMA3 = CONTRACTIONS + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|" + WORDS_TO_SPACES;
    private static final String QWEN2 = CONTRACTIONS + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|" + WORDS_TO_SPACES;

    private record Named(List<String> regexes, boolean ignoreMerges) {}

    private static final Map<String, Named> BY_NAME = new TreeMap<>();

    static {
        define(false, List.of(GPT2), "gpt-2");
        define(false, List.of("\\p{N}", GPT2), "smollm");
        define(true, List.of(LLAMA3), "llama-bpe");
        define(false, List.of(QWEN2), "qwen2");
    }

    private final List<PreTokenizer> steps;
    private final boolean ignoreMerges;

    private NamedPreTokenizers(Named named) {
        this.steps =
                new ArrayList<>(named.regexes.stream().map(RegexSplit::isolated).toList());
        this.ignoreMerges = named.ignoreMerges;
    }

    private static void define(boolean ignoreMerges, List<String> regexes, String... names) {
        Arrays.stream(names).forEach(name -> BY_NAME.put(name, new Named(regexes, ignoreMerges)));
    }

    /**
     * The pre-tokenizer that the metadata name.
     *
     * @throws dev.tarn.engine.EngineException listing the known names if it is not one of them
     */
    static NamedPreTokenizers of(GgufMetadata metadata, String key) {
        var name = metadata.string(key, "default");
        @Nullable Named named = BY_NAME.get(name);
        if (named == null) {
            throw metadata.error(key, "is \"" + name + "\", known pre-tokenizers are " + BY_NAME.keySet());
        }
        return new NamedPreTokenizers(named);
    }

    /** Splits by the regular expressions, then maps to GPT-2's byte alphabet. */
    PreTokenizer byteLevel() {
        var all = new ArrayList<>(steps);
        all.add(PreTokenizer.bytes());
        return PreTokenizer.sequence(all);
    }

    /** Whether a piece that is itself a token is taken whole. */
    boolean ignoreMerges() {
        return ignoreMerges;
    }
}
