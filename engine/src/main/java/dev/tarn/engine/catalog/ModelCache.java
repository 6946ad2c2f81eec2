package dev.tarn.engine.catalog;

import dev.tarn.engine.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The folder where fetched models lie, each in a folder of its name. A file is given its final name only once its hash was found
 * right, so a file of that name and of the catalogue's size is a whole model.
 */
public final class ModelCache {
    private final Path folder;

    /** A cache in this folder, which need not exist yet. */
    public ModelCache(Path folder) {
        this.folder = folder;
    }

    /** The user's cache: {@code TARN_CACHE}, else {@code $XDG_CACHE_HOME/tarn}, else {@code ~/.cache/tarn}. */
    public static ModelCache ofUser() {
        String property = System.getProperty("tarn.cache");
        return property != null
                ? new ModelCache(Path.of(property))
                : of(System.getenv(), System.getProperty("user.home"));
    }

    /** The cache that these environment variables name. */
    static ModelCache of(Map<String, String> environment, String userHome) {
        String named = environment.getOrDefault("TARN_CACHE", "");
        String shared = environment.getOrDefault("XDG_CACHE_HOME", "");
        try {
            if (!named.isEmpty()) {
                return new ModelCache(Path.of(named));
            }
            // A relative XDG_CACHE_HOME is to be ignored, says the XDG base directory specification.
            boolean absolute = !shared.isEmpty() && Path.of(shared).isAbsolute();
            return new ModelCache((absolute ? Path.of(shared) : Path.of(userHome, ".cache")).resolve("tarn"));
        } catch (InvalidPathException e) {
            throw new EngineException(
                    "the cache folder '" + e.getInput() + "' is no path; set TARN_CACHE to a folder", e);
        }
    }

    /** The cache's folder. */
    public Path folder() {
        return folder;
    }

    /** Where a model's file lies, or will once it is fetched. */
    public Path path(CatalogModel model) {
        return folder.resolve("models").resolve(model.name()).resolve(model.file());
    }

    /** The file of a fetched model, or null where it is not here. */
    public @Nullable Path find(CatalogModel model) {
        Path path = path(model);
        try {
            return Files.isRegularFile(path) && Files.size(path) == model.bytes() ? path : null;
        } catch (IOException e) {
            throw new EngineException(path + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }
}
