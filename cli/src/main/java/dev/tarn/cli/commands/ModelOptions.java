package dev.tarn.cli.commands;

import dev.tarn.cli.command.Invocation;
import dev.tarn.cli.failure.UsageException;
import dev.tarn.engine.model.IndexerLocator;
import dev.tarn.engine.model.ModelLocator;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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
            description = "Lightning indexer (.safetensors); by default the one beside the model, in the cache, or shipped.")
    @Nullable
    Path indexer;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute; by default one for each core.")
    int threads = Runtime.getRuntime().availableProcessors();

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec command;

    /** Opens the model, with its indexer where that is wanted and there is one. */
    ModelSession open(boolean withIndexer) {
        requireThreads(threads);
        Path path = ModelLocator.find(model);
        Path indexerPath = indexer != null ? indexer : withIndexer ? IndexerLocator.find(path) : null;
        ModelSession session = ModelSession.open(path, indexerPath, threads);
        String warning = session.indexer() == null ? null : session.indexer().warning(session.model());
        if (warning != null) {
            ((Invocation) command.root().userObject()).console().err().println("tarn: warning: " + warning);
        }
        return session;
    }

    /** Refuses a number of threads that makes no sense. */
    static void requireThreads(int threads) {
        if (threads < 1 || threads > MOST_THREADS) {
            throw new UsageException("--threads is " + threads + "; give 1 to " + MOST_THREADS);
        }
    }
}
