package dev.tarn.engine.prefix;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.AttentionSpecs;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.KernelProvider;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.kv.KvTypes;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.IndexerFile;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.model.ModelLocator;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The embedded model with its indexer, or one of the golden checkpoints, ready to decode. */
final class RunningModel implements AutoCloseable {
    private final ModelFile file;
    private final @Nullable IndexerFile indexer;
    private final CpuBackend backend;
    final Decoder decoder;

    RunningModel(String name, int threads, Precision precision, KvTypes types) {
        boolean tiny = name.equals(ModelLocator.TINY);
        Path path = tiny
                ? ModelLocator.find(name)
                : Path.of(System.getProperty("tarn.home"), "engine/src/test/resources/golden", name);
        file = ModelFile.open(path);
        indexer = tiny ? IndexerFile.open(IndexerFile.beside(path)) : null;
        backend = new CpuBackend(KernelProvider.select(), threads, precision);
        decoder = new Decoder(file, backend, indexer, types);
    }

    Sequence sequence(String attention) {
        AttentionSpec spec = attention.isEmpty() ? decoder.defaultAttention() : AttentionSpecs.parse(attention);
        return new Sequence(decoder, decoder.attention(spec, SelectionListener.NONE));
    }

    int[] tokens(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] tokens = new int[count];
        Arrays.setAll(tokens, _ -> random.nextInt(decoder.architecture().vocabulary()));
        return tokens;
    }

    /** Logits after a prompt, and after each of some further tokens. */
    float[][] run(Sequence sequence, int[] prompt, int sparseFrom, int[] more) {
        float[][] logits = new float[more.length + 1][decoder.architecture().vocabulary()];
        sequence.prefill(prompt, sparseFrom, _ -> {});
        sequence.readLogits(logits[0]);
        for (int i = 0; i < more.length; i++) {
            sequence.decode(more[i]);
            sequence.readLogits(logits[i + 1]);
        }
        return logits;
    }

    @Override
    public void close() {
        decoder.close();
        backend.close();
        if (indexer != null) {
            indexer.close();
        }
        file.close();
    }
}
