package dev.tarn.engine.reserve;

import dev.tarn.engine.attention.AttentionSpecs;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.KernelProvider;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.kv.ScratchFolder;
import dev.tarn.engine.kv.SlowTier;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.IndexerFile;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.model.ModelLocator;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The embedded model on a number of threads, with or without a reservation and a file tier. */
final class Decoding implements AutoCloseable {
    static final int PROMPT = 150;

    private final ModelFile model;
    private final IndexerFile indexer;
    private final CpuBackend backend;
    final Decoder decoder;

    Decoding(int threads, Precision precision) {
        Path path = ModelLocator.find(ModelLocator.TINY);
        model = ModelFile.open(path);
        indexer = IndexerFile.open(IndexerFile.beside(path));
        backend = new CpuBackend(KernelProvider.select(), threads, precision);
        decoder = new Decoder(model, backend, indexer);
    }

    Decoding reserve(ReserveOptions options) {
        return reserve(options, ReserveListener.NONE, UnaryOperator.identity());
    }

    Decoding reserve(ReserveOptions options, ReserveListener listener, UnaryOperator<SlowTier> tiers) {
        decoder.reserve(options, listener, tiers);
        return this;
    }

    Decoding inFiles(@Nullable Path folder) {
        if (folder != null) {
            decoder.keepEntriesIn(new ScratchFolder(folder));
        }
        return this;
    }

    Sequence sequence(String attention) {
        return new Sequence(decoder, decoder.attention(AttentionSpecs.parse(attention), SelectionListener.NONE));
    }

    static int[] prompt(int seed) {
        return IntStream.range(0, PROMPT)
                .map(i -> 300 + (i * i * 31 + seed * 7 + i) % 997)
                .toArray();
    }

    /** Ids that repeat themselves, so that decoding has something to hit. */
    static int[] forced(int steps) {
        return IntStream.range(0, steps).map(i -> 300 + i % 7 * 41).toArray();
    }

    /** Logits after each of the tokens, which follow the prompt one by one. */
    float[][] decode(Sequence sequence, int[] prompt, int[] tokens) {
        sequence.prefill(prompt, prompt.length, _ -> {});
        float[][] logits = new float[tokens.length][];
        for (int i = 0; i < tokens.length; i++) {
            logits[i] = step(sequence, tokens[i]);
        }
        return logits;
    }

    float[] step(Sequence sequence, int token) {
        float[] logits = new float[decoder.architecture().vocabulary()];
        sequence.decode(token);
        sequence.readLogits(logits);
        return logits;
    }

    @Override
    public void close() {
        decoder.close();
        backend.close();
        indexer.close();
        model.close();
    }
}
