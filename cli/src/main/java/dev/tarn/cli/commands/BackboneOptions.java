package dev.tarn.cli.commands;

import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.model.ModelLocator;
import dev.tarn.engine.model.architecture.ContextStretch;
import picocli.CommandLine.Option;

/** A model that is run densely, whatever indexers there are for it. */
final class BackboneOptions {
    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description = "tiny (embedded), a name that tarn models lists, a .gguf file, or a Hugging Face folder.")
    private String model = ModelLocator.TINY;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute; by default one for each core.")
    private int threads = Runtime.getRuntime().availableProcessors();

    int threads() {
        return threads;
    }

    /** Opens the model without an indexer. */
    ModelSession open() {
        ModelOptions.requireThreads(threads);
        return ModelSession.open(
                ModelLocator.find(model),
                ContextStretch.NONE,
                null,
                threads,
                Precision.EXACT,
                Precision.EXACT.kvTypes());
    }
}
