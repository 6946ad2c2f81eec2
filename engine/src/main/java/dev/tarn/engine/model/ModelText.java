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
 * @param name the name that the file gives itself, else that of the file or folder
 * @param tokenizer its tokenizer
 * @param template its chat template, or null where it has none
 */
public record ModelText(
        Path path,
        String name,
        Tokenizer tokenizer,
        @Nullable ChatTemplate template) {
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
            Path absolute = file.toAbsolutePath().normalize();
            String name =
                    absolute.getName(Math.max(0, absolute.getNameCount() - 2)).toString();
            return new ModelText(path, name, HuggingFaceTokenizer.read(file), HuggingFaceTemplate.beside(file));
        }
        try (GgufFile file = GgufFile.open(path)) {
            GgufMetadata metadata = file.metadata();
            String name = metadata.string("general.name", ModelFile.stem(path));
            return new ModelText(path, name, GgufTokenizer.read(metadata), template(metadata));
        }
    }

    static @Nullable ChatTemplate template(GgufMetadata metadata) {
        return metadata.has("tokenizer.chat_template")
                ? ChatTemplate.parse(metadata.path().toString(), metadata.string("tokenizer.chat_template"))
                : null;
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
