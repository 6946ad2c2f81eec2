package dev.tarn.study;

import dev.tarn.engine.attention.Attention;
import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.AttentionSpecs;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.KernelProvider;
import dev.tarn.engine.decode.Generator;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.IndexerFile;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.model.ModelLocator;
import dev.tarn.engine.tokenize.Tokenizer;
import dev.tarn.study.needle.NeedleGenerator;
import dev.tarn.study.text.TextSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The embedded model, its indexer and its books, ready to decode. */
public final class Tiny implements AutoCloseable {
    public final ModelFile model;
    public final Decoder decoder;
    private final IndexerFile indexer;
    private final CpuBackend backend;
    private final NeedleGenerator needles;

    public Tiny(int threads) {
        Path path = ModelLocator.find(ModelLocator.TINY);
        model = ModelFile.open(path);
        indexer = IndexerFile.open(IndexerFile.beside(path));
        backend = new CpuBackend(KernelProvider.select(), threads);
        decoder = new Decoder(model, backend, indexer);
        needles = new NeedleGenerator(model, books());
    }

    public Tokenizer tokenizer() {
        return model.tokenizer();
    }

    /** The held-out books that travel with Tarn. */
    public static List<TextSource> books() {
        return TextSource.read(ModelLocator.embedded(Path.of("text")));
    }

    public NeedleGenerator needles() {
        return needles;
    }

    public Generator generator() {
        return new Generator(tokenizer(), decoder.architecture().vocabulary());
    }

    public Attention attention(String spec) {
        return decoder.attention(AttentionSpecs.parse(spec), SelectionListener.NONE);
    }

    /** An empty sequence that attends densely. */
    public Sequence dense() {
        return new Sequence(decoder, decoder.attention(AttentionSpec.DENSE, SelectionListener.NONE));
    }

    /** A listener that keeps what it is told: part names, and steps of all parts. */
    public static final class Progress implements StudyListener {
        public final List<String> parts = new ArrayList<>();
        public final List<Long> totals = new ArrayList<>();
        public final List<Long> done = new ArrayList<>();

        @Override
        public void begin(String part, long total) {
            parts.add(part);
            totals.add(total);
            done.add(0L);
        }

        @Override
        public void advance(long steps) {
            done.set(done.size() - 1, done.getLast() + steps);
        }
    }

    @Override
    public void close() {
        decoder.close();
        backend.close();
        indexer.close();
        model.close();
    }
}
