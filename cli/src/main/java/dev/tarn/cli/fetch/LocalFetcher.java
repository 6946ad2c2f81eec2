package dev.tarn.cli.fetch;

import dev.tarn.engine.catalog.ModelSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;

/** Copies a file of this machine. */
final class LocalFetcher {
    private LocalFetcher() {}

    static void fetch(ModelSource.LocalFile source, PartialFile into, FetchListener listener) {
        try (InputStream in = Files.newInputStream(source.path())) {
            listener.begin("copy", Files.size(source.path()));
            into.restart();
            Copy.all(in, into, listener);
        } catch (IOException e) {
            throw new FetchException("cannot be read (" + e + ")", e);
        }
    }
}
