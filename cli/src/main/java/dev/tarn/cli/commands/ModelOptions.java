package dev.tarn.cli.commands;

import dev.tarn.cli.failure.UsageException;
import dev.tarn.engine.model.IndexerFile;
import dev.tarn.engine.model.ModelLocator;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The model that a command runs, and on how many threads. */
final class ModelOptions {
    /** More than any machine has cores; beyond some tens of thousands the operating system gives no more threads. */
    private static final int MOST_THREADS = 4096;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description = "tiny (embedded), a name that tarn models lists, a .gguf file, or a Hugging Face folder.")
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
        if (threads < 1 || threads > MOST_THREADS) {
            throw new UsageException("--threads is " + threads + "; give 1 to " + MOST_THREADS);
        }
        Path path = ModelLocator.find(model);
        Path indexerPath = indexer != null ? indexer : withIndexer ? IndexerFile.beside(path) : null;
        return ModelSession.open(path, indexerPath, threads);
    }
}
