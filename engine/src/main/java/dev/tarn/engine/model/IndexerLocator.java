package dev.tarn.engine.model;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.catalog.ModelCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the indexer of a model where the user names none: beside the model, in Tarn's cache ({@code indexers/}), or among those that
 * travel with Tarn ({@code models/}), each as {@code MODEL.indexer.safetensors}.
 */
public final class IndexerLocator {
    private static final String ENDING = ".indexer" + IndexerFile.SUFFIX;

    private IndexerLocator() {}

    /** The first that is there, or null. */
    public static @Nullable Path find(Path model) {
        Path beside = beside(model);
        if (beside != null) {
            return beside;
        }
        Path cached = ModelCache.ofUser().folder().resolve("indexers").resolve(stem(model) + ENDING);
        return Files.isRegularFile(cached) ? cached : shipped(model);
    }

    /** {@code MODEL.indexer.safetensors} beside MODEL.gguf, {@code indexer.safetensors} inside a folder; null where it is not there. */
    static @Nullable Path beside(Path model) {
        Path path = Files.isDirectory(model)
                ? model.resolve("indexer" + IndexerFile.SUFFIX)
                : model.resolveSibling(stem(model) + ENDING);
        return Files.isRegularFile(path) ? path : null;
    }

    private static String stem(Path model) {
        Path name = model.toAbsolutePath().normalize().getFileName();
        return Files.isDirectory(model) ? String.valueOf(name) : ModelFile.stem(model);
    }

    private static @Nullable Path shipped(Path model) {
        String home = System.getProperty("tarn.home");
        Path folder = home == null ? null : Path.of(home).resolve("models");
        if (folder == null || !Files.isDirectory(folder)) {
            return null;
        }
        return folders(folder).stream()
                .map(each -> each.resolve(stem(model) + ENDING))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElse(null);
    }

    private static List<Path> folders(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            throw new EngineException(folder + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }
}
