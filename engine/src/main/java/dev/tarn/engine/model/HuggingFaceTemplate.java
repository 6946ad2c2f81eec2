package dev.tarn.engine.model;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.chat.ChatTemplate;
import dev.tarn.engine.format.JsonFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The chat template of a Hugging Face folder: {@code chat_template.jinja}, which transformers prefers, else the field
 * {@code chat_template} of {@code tokenizer_config.json}: a text, or a list of named ones of which {@code default} is taken.
 */
final class HuggingFaceTemplate {
    private static final String FIELD = "chat_template";

    private HuggingFaceTemplate() {}

    /** The template of the folder that a tokenizer.json lies in, or null. */
    static @Nullable ChatTemplate beside(Path tokenizer) {
        Path own = tokenizer.resolveSibling("chat_template.jinja");
        if (Files.exists(own)) {
            return ChatTemplate.parse(own.toString(), text(own));
        }
        Path config = tokenizer.resolveSibling("tokenizer_config.json");
        return Files.exists(config) ? ofConfig(JsonFields.read(config)) : null;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new EngineException(file + ": cannot be read as UTF-8 text (" + e.getMessage() + ")", e);
        }
    }

    private static @Nullable ChatTemplate ofConfig(JsonFields config) {
        if (!config.has(FIELD)) {
            return null;
        }
        String name = config.path() + ": " + FIELD;
        if (!config.isArray(FIELD)) {
            return ChatTemplate.parse(name, config.string(FIELD));
        }
        for (JsonFields named : config.objects(FIELD)) {
            if (named.string("name").equals("default")) {
                return ChatTemplate.parse(name, named.string("template"));
            }
        }
        return null;
    }
}
