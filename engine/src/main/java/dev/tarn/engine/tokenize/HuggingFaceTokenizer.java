package dev.tarn.engine.tokenize;

import dev.tarn.engine.format.JsonFields;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds the tokenizer of a Hugging Face folder: {@code tokenizer.json} (BPE models), and for the ids that begin and
 * end sequences also {@code tokenizer_config.json}, {@code generation_config.json} and {@code config.json}.
 */
public final class HuggingFaceTokenizer {
    private final TokenizerJson json;
    private final JsonFields fields;
    private final Vocabulary vocabulary;

    private HuggingFaceTokenizer(Path file) {
        this.json = TokenizerJson.read(file);
        this.fields = json.fields();
        this.vocabulary = readVocabulary();
    }

    /**
     * Builds the tokenizer.
     *
     * @param folderOrFile the model's folder, or its tokenizer.json
     * @throws dev.tarn.engine.EngineException naming file and field or line if it is damaged or of a kind that is not
     *     supported
     */
    public static Tokenizer read(Path folderOrFile) {
        var file = Files.isDirectory(folderOrFile) ? folderOrFile.resolve("tokenizer.json") : folderOrFile;
        return new HuggingFaceTokenizer(file).build();
    }

    private Tokenizer build() {
        var normalizer = NormalizerReader.read(fields.findObject("normalizer"));
        var decoder = DecoderReader.read(fields.object("decoder"));
        var config = findConfig("tokenizer_config.json");
        int templateBos = templateBos();
        int bos = templateBos >= 0 ? templateBos : configured(config, "bos_token");
        boolean addsBos = config == null ? templateBos >= 0 : config.bool("add_bos_token", templateBos >= 0);
        int eos = configured(config, "eos_token");
        var ends = ends(eos);
        return new PipelineTokenizer(
                vocabulary,
                addedTokens(false, normalizer),
                addedTokens(true, normalizer),
                normalizer,
                PreTokenizerReader.read(fields.findObject("pre_tokenizer")),
                model(),
                decoder.detokenizer(),
                decoder.leadingSpaces(),
                bos,
                eos < 0 && !ends.isEmpty() ? ends.getFirst() : eos,
                addsBos,
                EndTokens.of(vocabulary, ends));
    }

    private Vocabulary readVocabulary() {
        int[] ids = json.ids();
        int largest = Arrays.stream(ids).max().orElse(-1);
        var added = fields.objects("added_tokens");
        for (var token : added) {
            int id = token.integer("id");
            if (id < 0 || id > largest + added.size()) {
                throw token.error(
                        "id",
                        "is " + id + ", but the vocabulary and the added tokens end at " + (largest + added.size()));
            }
        }
        int size = Math.max(
                        largest,
                        added.stream()
                                .mapToInt(token -> token.integer("id"))
                                .max()
                                .orElse(-1))
                + 1;
        var read = new Vocabulary(size);
        for (int i = 0; i < ids.length; i++) {
            read.put(ids[i], json.tokens().get(i));
        }
        for (var token : added) {
            read.put(token.integer("id"), token.string("content"));
            if (token.bool("special", false)) {
                read.markSpecial(token.integer("id"));
            }
        }
        return read;
    }

    private AddedTokens addedTokens(boolean normalized, Normalizer normalizer) {
        var added = new ArrayList<AddedTokens.Added>();
        for (var token : fields.objects("added_tokens")) {
            boolean special = token.bool("special", false);
            if (token.bool("normalized", !special) == normalized) {
                var content = token.string("content");
                added.add(new AddedTokens.Added(
                        token.integer("id"),
                        normalized ? normalizer.normalize(content) : content,
                        special,
                        normalized,
                        token.bool("single_word", false),
                        token.bool("lstrip", false),
                        token.bool("rstrip", false)));
            }
        }
        return new AddedTokens(added);
    }

    private TokenModel model() {
        var model = json.model();
        var type = model.string("type", "BPE");
        if (!type.equals("BPE")) {
            throw model.error("type", "is \"" + type + "\", supported is BPE");
        }
        for (var unsupported : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
            if (!model.string(unsupported, "").isEmpty()) {
                throw model.error(unsupported, "is \"" + model.string(unsupported) + "\", which is not supported");
            }
        }
        var unknown = model.string("unk_token", "");
        return new BpeModel(
                vocabulary,
                merges(model),
                model.bool("ignore_merges", false),
                model.bool("byte_fallback", false),
                unknown.isEmpty() ? -1 : vocabulary.id(unknown),
                model.bool("fuse_unk", false));
    }

    private MergeTable merges(JsonFields model) {
        var parts = json.merges();
        var table = new MergeTable(parts.size() / 2);
        for (int i = 0; i < parts.size(); i += 2) {
            if (!table.add(vocabulary, parts.get(i), parts.get(i + 1), i / 2)) {
                throw model.error(
                        "merges[" + i / 2 + "]",
                        "joins \"" + parts.get(i) + "\" and \"" + parts.get(i + 1)
                                + "\", but they or their union are not in the vocabulary");
            }
        }
        return table;
    }

    /** The special token that the post-processor's template puts in front of a single sequence, or -1. */
    private int templateBos() {
        var processor = fields.findObject("post_processor");
        if (processor == null) {
            return -1;
        }
        var processors =
                processor.string("type").equals("Sequence") ? processor.objects("processors") : List.of(processor);
        for (var candidate : processors) {
            var single = candidate.string("type").equals("TemplateProcessing")
                    ? candidate.objects("single")
                    : List.<JsonFields>of();
            if (!single.isEmpty() && single.getFirst().isObject("SpecialToken")) {
                return vocabulary.id(single.getFirst().object("SpecialToken").string("id"));
            }
        }
        return -1;
    }

    /** The id of a token that tokenizer_config.json names, as a string or an object with {@code content}. */
    private int configured(@Nullable JsonFields config, String field) {
        if (config == null || !config.has(field)) {
            return -1;
        }
        return vocabulary.id(config.isObject(field) ? config.object(field).string("content") : config.string(field));
    }

    private List<Integer> ends(int eos) {
        var ends = new ArrayList<Integer>();
        if (eos >= 0) {
            ends.add(eos);
        }
        for (var name : List.of("generation_config.json", "config.json")) {
            var config = findConfig(name);
            if (config != null) {
                Arrays.stream(config.integers("eos_token_id")).forEach(ends::add);
            }
        }
        return ends;
    }

    private @Nullable JsonFields findConfig(String name) {
        var path = json.path().resolveSibling(name);
        return Files.exists(path) ? JsonFields.read(path) : null;
    }
}
