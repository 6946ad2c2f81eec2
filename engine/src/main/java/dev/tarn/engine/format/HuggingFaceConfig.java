package dev.tarn.engine.format;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds and reads the {@code config.json} of a Hugging Face model folder. */
public final class HuggingFaceConfig {
    private static final String NAME = "config.json";

    private HuggingFaceConfig() {}

    /**
     * Reads the configuration.
     *
     * @param folderOrFile the model's folder, or the file itself
     * @throws dev.tarn.engine.EngineException if there is none or it is not a JSON object
     */
    public static JsonFields read(Path folderOrFile) {
        return JsonFields.read(Files.isDirectory(folderOrFile) ? folderOrFile.resolve(NAME) : folderOrFile);
    }
}
