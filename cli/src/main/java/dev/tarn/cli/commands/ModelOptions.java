package dev.tarn.cli.commands;

import dev.tarn.cli.command.PlainOptions;
import dev.tarn.cli.console.Console;
import dev.tarn.cli.failure.UsageException;
import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.kv.EntryType;
import dev.tarn.engine.model.IndexerLocator;
import dev.tarn.engine.model.ModelLocator;
import dev.tarn.engine.model.architecture.ContextStretch;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The model that a command runs, on how many threads, and how exactly. */
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
            description =
                    "Lightning indexer (.safetensors); by default the one beside the model, in the cache, or shipped.")
    @Nullable
    Path indexer;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute; by default one for each core.")
    int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--precision",
            paramLabel = "exact|fast",
            description = "exact: float32 throughout. fast: rounded activations, f16 entries, int8 index keys.")
    Precision precision;

    @Option(
            names = "--kv-type",
            paramLabel = "f32|f16|q8",
            description = "How keys and values are stored; by default f16 with fast and f32 with exact precision.")
    @Nullable
    EntryType kvType;

    @Option(
            names = "--rope-scale",
            paramLabel = "FACTOR",
            description = "Stretch the model's context so many times by YaRN, without training; 1: as trained.")
    double ropeScale = ContextStretch.NONE;

    /** Options of a command that computes with {@code precision} unless told otherwise. */
    ModelOptions(Precision precision) {
        this.precision = precision;
    }

    /** Those that a command is mostly given. */
    void declare(PlainOptions options) {
        options.text("--model", value -> model = value).number("--threads", value -> threads = value);
    }

    /** Opens the model, with its indexer where that is wanted and there is one; warnings go to {@code console}. */
    ModelSession open(boolean withIndexer, Console console) {
        requireThreads(threads);
        Path path = ModelLocator.find(model);
        Path indexerPath = indexer != null ? indexer : withIndexer ? IndexerLocator.find(path) : null;
        // Filled in here so that the command's document shows what was used.
        kvType = kvType == null ? precision.kvTypes().entries() : kvType;
        ModelSession session = ModelSession.open(
                path,
                ropeScale,
                indexerPath,
                threads,
                precision,
                precision.kvTypes().withEntries(kvType));
        String warning = session.indexer() == null ? null : session.indexer().warning(session.model());
        if (warning != null) {
            console.err().println("tarn: warning: " + warning);
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
