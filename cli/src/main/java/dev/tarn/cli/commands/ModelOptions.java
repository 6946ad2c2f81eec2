package dev.tarn.cli.commands;

import dev.tarn.cli.failure.UsageException;
import dev.tarn.engine.model.IndexerFile;
import dev.tarn.engine.model.ModelLocator;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The model that a command runs, and on how many threads. */
final class ModelOptions {
    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description = "tiny (embedded), a .gguf file, or a Hugging Face folder.")
    String model = ModelLocator.TINY;

    @Option(
            names = "--indexer",
            paramLabel = "FILE",
            description = "Lightning indexer (.safetensors); by default the one beside the model.")
    @Nullable
    Path indexer;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute; by default one for each core.")
    int threads = Runtime.getRuntime().availableProcessors();

    /** Opens the model, with its indexer where that is wanted and there is one. */
    ModelSession open(boolean withIndexer) {
        if (threads < 1) {
            throw new UsageException("--threads is " + threads + "; give 1 or more");
        }
        Path path = ModelLocator.find(model);
        Path indexerPath = indexer != null ? indexer : withIndexer ? IndexerFile.beside(path) : null;
        return ModelSession.open(path, indexerPath, threads);
    }
}
