package dev.tarn.engine.model;

import dev.tarn.engine.EngineException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Finds the model that a user names: {@code tiny}, which travels with Tarn, or a path. */
public final class ModelLocator {
    /** The name of the embedded model. */
    public static final String TINY = "tiny";

    private static final Path TINY_FILE = Path.of("models", "tiny", "tiny-reader-7m-q8_0.gguf");

    private ModelLocator() {}

    /**
     * The file or folder of a model.
     *
     * @throws EngineException where there is none
     */
    public static Path find(String name) {
        if (name.equals(TINY)) {
            return embedded(TINY_FILE);
        }
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new EngineException(
                    "model '" + name + "' is no path; give tiny, a .gguf file or a Hugging Face folder", e);
        }
    }

    /**
     * A file that travels with Tarn, below the folder that the system property {@code tarn.home} names.
     *
     * @throws EngineException where the property is not set or the file is not there
     */
    public static Path embedded(Path file) {
        String home = System.getProperty("tarn.home");
        if (home == null) {
            throw new EngineException(
                    "the system property tarn.home is not set: start Tarn through ./tarn, or set it to"
                            + " the folder that holds " + file);
        }
        Path path = Path.of(home).resolve(file);
        if (!Files.exists(path)) {
            throw new EngineException(path + ": is missing; restore it from the repository");
        }
        return path;
    }
}
