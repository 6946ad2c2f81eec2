package dev.tarn.engine.model;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.catalog.CatalogModel;
import dev.tarn.engine.catalog.ModelCache;
import dev.tarn.engine.catalog.ModelCatalog;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Finds the model that a user names: {@code tiny}, which travels with Tarn, a catalogue name, or a path. A file or folder that is
 * called like a model of the catalogue is given as {@code ./NAME}.
 */
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
        CatalogModel model = ModelCatalog.load().find(name);
        return model != null ? fetched(model) : path(name);
    }

    private static Path fetched(CatalogModel model) {
        ModelCache cache = ModelCache.ofUser();
        Path file = cache.find(model);
        if (file == null) {
            throw new EngineException("model " + model.name() + " has not been fetched to " + cache.folder()
                    + " yet; run: tarn pull " + model.name());
        }
        return file;
    }

    private static Path path(String name) {
        try {
            Path path = Path.of(name);
            if (!Files.exists(path)) {
                throw new EngineException("there is no model " + name
                        + "; give tiny, a name that tarn models lists, a .gguf file or a Hugging Face folder");
            }
            return path;
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
