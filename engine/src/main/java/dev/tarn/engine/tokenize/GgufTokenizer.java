package dev.tarn.engine.tokenize;

import dev.tarn.engine.format.GgufMetadata;
import java.util.ArrayList;
import java.util.List;

/** Builds the tokenizer that a GGUF file's {@code tokenizer.ggml.*} metadata describe, to encode as llama.cpp does. */
public final class GgufTokenizer {
    private static final String PREFIX = "tokenizer.ggml.";
    private static final String MODEL = PREFIX + "model";
    private static final String PRE = PREFIX + "pre";
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;

    private final GgufMetadata metadata;
    private final List<AddedTokens.Added> added = new ArrayList<>();
    private final Vocabulary vocabulary;

    private GgufTokenizer(GgufMetadata metadata) {
        this.metadata = metadata;
        this.vocabulary = readVocabulary();
    }

    /**
     * Builds the tokenizer.
     *
     * @throws dev.tarn.engine.EngineException naming file and key if the metadata are incomplete, contradict
     *     themselves, or name a model or pre-tokenizer that is not known
     */
    public static Tokenizer read(GgufMetadata metadata) {
        var model = metadata.string(MODEL);
        return switch (model) {
            case "gpt2" -> new GgufTokenizer(metadata).byteLevel();
            case "llama", "gemma" -> new GgufTokenizer(metadata).scored();
            case "gemma4" -> new GgufTokenizer(metadata).spaceMarked();
            default -> throw metadata.error(MODEL, "is \"" + model + "\", known models are gpt2, llama, gemma, gemma4");
        };
    }

    /** Byte-level BPE with ranked merges (GPT-2 and its descendants). */
    private Tokenizer byteLevel() {
        var named = NamedPreTokenizer.of(metadata, PRE);
        var bpe = new BpeModel(vocabulary, readMerges(), named.ignoreMerges(), false, -1, false);
        return build(Normalizer.NONE, named.byteLevel(), bpe, Detokenizer.BYTE_LEVEL, 0, named.addsBos());
    }

    /** SentencePiece BPE by scores (Llama 2, Mistral, Gemma); every stretch of text gets the space prefix. */
    private Tokenizer scored() {
        var scores = metadata.floats(PREFIX + "scores");
        requireLength(PREFIX + "scores", scores.length);
        boolean prefix = metadata.bool(PREFIX + "add_space_prefix", true);
        var model = new ScoreModel(vocabulary, scores, readId("unknown_token_id"));
        return build(
                Normalizer.spaceMarks(prefix),
                PreTokenizer.NONE,
                model,
                Detokenizer.SPACE_MARKED,
                prefix ? 1 : 0,
                true);
    }

    /** SentencePiece BPE with ranked merges, as llama.cpp writes newer Gemma models: only newlines split the text. */
    private Tokenizer spaceMarked() {
        var bpe = new BpeModel(vocabulary, readMerges(), false, true, readId("unknown_token_id"), true);
        boolean prefix = metadata.bool(PREFIX + "add_space_prefix", false);
        return build(
                Normalizer.spaceMarks(prefix),
                RegexSplit.isolated("[^\\n]+|\\n+"),
                bpe,
                Detokenizer.SPACE_MARKED,
                prefix ? 1 : 0,
                true);
    }

    private Tokenizer build(
            Normalizer normalizer,
            PreTokenizer preTokenizer,
            TokenModel model,
            Detokenizer detokenizer,
            int leadingSpaces,
            boolean addsBos) {
        int eos = readId("eos_token_id");
        return new PipelineTokenizer(
                vocabulary,
                new AddedTokens(added),
                new AddedTokens(List.of()),
                normalizer,
                preTokenizer,
                model,
                detokenizer,
                leadingSpaces,
                readId("bos_token_id"),
                eos,
                metadata.bool(PREFIX + "add_bos_token", addsBos),
                EndTokens.of(vocabulary, List.of(eos, readId("eot_token_id"), readId("eom_token_id"))));
    }

    private Vocabulary readVocabulary() {
        var tokens = metadata.strings(PREFIX + "tokens");
        int[] types = metadata.ints(PREFIX + "token_type", new int[tokens.size()]);
        var read = new Vocabulary(tokens.size());
        if (types.length != tokens.size()) {
            throw metadata.error(
                    PREFIX + "token_type",
                    "has " + types.length + " elements, but there are " + tokens.size() + " tokens");
        }
        for (int id = 0; id < types.length; id++) {
            read.put(id, tokens.get(id));
            boolean special = types[id] == CONTROL || types[id] == UNKNOWN;
            if (special) {
                read.markSpecial(id);
            }
            if (special || types[id] == USER_DEFINED) {
                added.add(new AddedTokens.Added(id, tokens.get(id), special, false, false, false, false));
            }
        }
        return read;
    }

    private void requireLength(String key, int length) {
        if (length != vocabulary.size()) {
            throw metadata.error(key, "has " + length + " elements, but there are " + vocabulary.size() + " tokens");
        }
    }

    private MergeTable readMerges() {
        var merges = metadata.strings(PREFIX + "merges");
        var table = new MergeTable(merges.size());
        for (int rank = 0; rank < merges.size(); rank++) {
            var merge = merges.get(rank);
            int space = merge.indexOf(' ', 1);
            if (space < 0 || !table.add(vocabulary, merge.substring(0, space), merge.substring(space + 1), rank)) {
                throw metadata.error(
                        PREFIX + "merges",
                        "element " + rank + " is \"" + merge + "\", expected two tokens whose union is a token");
            }
        }
        return table;
    }

    private int readId(String key) {
        int id = metadata.integer(PREFIX + key, -1);
        if (id >= vocabulary.size()) {
            throw metadata.error(PREFIX + key, "is " + id + ", but there are " + vocabulary.size() + " tokens");
        }
        return Math.max(id, -1);
    }
}
