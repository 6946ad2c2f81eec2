package dev.tarn.engine.tokenize;

import dev.tarn.engine.format.GgufMetadata;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Builds the tokenizer that a GGUF file's {@code tokenizer.ggml.*} metadata describe. */
public final class GgufTokenizer {
    private static final String PREFIX = "tokenizer.ggml.";
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;

    /** Ends of turns and messages by the names that models give them, beside the ids that the metadata name. */
    private static final List<String> END_NAMES = List.of(
            "<|eot_id|>",
            "<|im_end|>",
            "<|end|>",
            "<end_of_turn>",
            "<|endoftext|>",
            "<|end_of_text|>",
            "<|eom_id|>",
            "<EOT>",
            "_<EOT>",
            "<\uFF5Cend\u2581of\u2581sentence\uFF5C>");

    private GgufTokenizer() {}

    /**
     * Builds the tokenizer.
     *
     * @throws dev.tarn.engine.EngineException naming file and key if the metadata are incomplete, contradict
     *     themselves, or name a model or pre-tokenizer that is not known
     */
    public static Tokenizer read(GgufMetadata metadata) {
        var model = metadata.string(PREFIX + "model");
        if (!model.equals("gpt2")) {
            throw metadata.error(PREFIX + "model", "is \"" + model + "\", known are gpt2");
        }
        var added = new ArrayList<AddedTokens.Added>();
        var vocabulary = readVocabulary(metadata, added);
        var named = NamedPreTokenizers.of(metadata, PREFIX + "pre");
        var bpe = new BpeModel(vocabulary, readMerges(metadata, vocabulary), named.ignoreMerges(), false, -1, false);
        int bos = readId(metadata, "bos_token_id", vocabulary);
        int eos = readId(metadata, "eos_token_id", vocabulary);
        return new PipelineTokenizer(
                vocabulary,
                new AddedTokens(added),
                new AddedTokens(List.of()),
                Normalizer.NONE,
                named.byteLevel(),
                bpe,
                Detokenizer.BYTE_LEVEL,
                0,
                bos,
                eos,
                metadata.bool(PREFIX + "add_bos_token", false),
                readEnds(metadata, vocabulary));
    }

    private static Vocabulary readVocabulary(GgufMetadata metadata, List<AddedTokens.Added> added) {
        var tokens = metadata.strings(PREFIX + "tokens");
        int[] types = metadata.ints(PREFIX + "token_type", new int[tokens.size()]);
        if (types.length != tokens.size()) {
            throw metadata.error(
                    PREFIX + "token_type",
                    "has " + types.length + " elements, but there are " + tokens.size() + " tokens");
        }
        var vocabulary = new Vocabulary(tokens.size());
        for (int id = 0; id < types.length; id++) {
            vocabulary.put(id, tokens.get(id));
            boolean special = types[id] == CONTROL || types[id] == UNKNOWN;
            if (special) {
                vocabulary.markSpecial(id);
            }
            if (special || types[id] == USER_DEFINED) {
                added.add(new AddedTokens.Added(id, tokens.get(id), special, false, false, false, false));
            }
        }
        return vocabulary;
    }

    private static MergeTable readMerges(GgufMetadata metadata, Vocabulary vocabulary) {
        var merges = metadata.strings(PREFIX + "merges");
        var table = new MergeTable(merges.size());
        for (int rank = 0; rank < merges.size(); rank++) {
            var merge = merges.get(rank);
            int space = merge.indexOf(' ', 1);
            int left = space < 0 ? -1 : vocabulary.id(merge.substring(0, space));
            int right = space < 0 ? -1 : vocabulary.id(merge.substring(space + 1));
            int result = space < 0 ? -1 : vocabulary.id(merge.substring(0, space) + merge.substring(space + 1));
            if (left < 0 || right < 0 || result < 0) {
                throw metadata.error(
                        PREFIX + "merges",
                        "element " + rank + " is \"" + merge + "\", expected two tokens whose union is a token");
            }
            table.add(left, right, rank, result);
        }
        return table;
    }

    private static int readId(GgufMetadata metadata, String key, Vocabulary vocabulary) {
        int id = metadata.integer(PREFIX + key, -1);
        if (id >= vocabulary.size()) {
            throw metadata.error(PREFIX + key, "is " + id + ", but there are " + vocabulary.size() + " tokens");
        }
        return Math.max(id, -1);
    }

    private static Set<Integer> readEnds(GgufMetadata metadata, Vocabulary vocabulary) {
        var ends = new HashSet<Integer>();
        for (var key : List.of("eos_token_id", "eot_token_id", "eom_token_id")) {
            ends.add(readId(metadata, key, vocabulary));
        }
        for (var name : END_NAMES) {
            int id = vocabulary.id(name);
            if (id >= 0 && vocabulary.isSpecial(id)) {
                ends.add(id);
            }
        }
        ends.remove(-1);
        return Set.copyOf(ends);
    }
}
