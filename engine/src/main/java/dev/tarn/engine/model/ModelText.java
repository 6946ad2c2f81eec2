package dev.tarn.engine.model;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.chat.ChatTemplate;
import dev.tarn.engine.format.GgufFile;
import dev.tarn.engine.format.GgufMetadata;
import dev.tarn.engine.tokenize.GgufTokenizer;
import dev.tarn.engine.tokenize.HuggingFaceTokenizer;
import dev.tarn.engine.tokenize.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The part of a model that deals with text. It is there for models whose architecture cannot be run too, and for a folder that
 * holds a tokenizer and no weights.
 *
 * @param path the model
 * @param tokenizer its tokenizer
 * @param template its chat template, or null where it has none
 */
public record ModelText(
        Path path, Tokenizer tokenizer, @Nullable ChatTemplate template) {
    static final String TOKENIZER = "tokenizer.json";

    /**
     * Reads the tokenizer and template of a .gguf file, a Hugging Face folder, or a tokenizer.json with its neighbours.
     *
     * @throws EngineException naming file and field where one is missing or damaged
     */
    public static ModelText open(Path path) {
        if (Files.isDirectory(path) || path.getFileName().toString().equals(TOKENIZER)) {
            Path file = Files.isDirectory(path) ? path.resolve(TOKENIZER) : path;
            if (!Files.exists(file)) {
                throw new EngineException(path + ": has no tokenizer; put tokenizer.json into the folder");
            }
            return new ModelText(path, HuggingFaceTokenizer.read(file), HuggingFaceTemplate.beside(file));
        }
        try (GgufFile file = GgufFile.open(path)) {
            return new ModelText(path, GgufTokenizer.read(file.metadata()), template(file.metadata()));
        }
    }

    static @Nullable ChatTemplate template(GgufMetadata metadata) {
        return metadata.has("tokenizer.chat_template")
                ? ChatTemplate.parse(metadata.path().toString(), metadata.string("tokenizer.chat_template"))
                : null;
    }

    /** The name of the file without its ending, or of the folder. */
    public String name() {
        String name = path.toAbsolutePath().normalize().getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 && !Files.isDirectory(path) ? name.substring(0, dot) : name;
    }

    /**
     * SHA-256 in hex, as {@link ModelFile#sha256} has it; that of tokenizer.json where a folder holds no model.
     *
     * @throws EngineException if a file cannot be read
     */
    public String sha256() {
        boolean bare = Files.isDirectory(path) && !Files.exists(path.resolve("config.json"));
        return ModelHash.of(bare ? path.resolve(TOKENIZER) : path);
    }
}
