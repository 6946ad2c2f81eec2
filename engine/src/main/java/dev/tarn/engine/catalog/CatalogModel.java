package dev.tarn.engine.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model that can be fetched.
 *
 * @param name what users call it
 * @param about what it is, in one line
 * @param file the name of its file in the cache
 * @param bytes the file's size
 * @param sha256 the file's hash in lower-case hexadecimal
 * @param licence the licence's name
 * @param terms what a user must be shown before fetching; null where the licence asks for nothing
 * @param sources where it can be fetched from, to be tried in this order
 */
public record CatalogModel(
        String name,
        String about,
        String file,
        long bytes,
        String sha256,
        String licence,
        @Nullable String terms,
        List<ModelSource> sources) {}
