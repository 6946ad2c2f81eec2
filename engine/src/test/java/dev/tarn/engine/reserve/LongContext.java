package dev.tarn.engine.reserve;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.attention.AttentionSpecs;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.KernelProvider;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.kv.ScratchFolder;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.ModelFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/** Decodes at the end of a long random context, in memory or over a file, and prints a hash of the logits and the size of the cache. */
final class LongContext {
    static final int TOKENS = 8_000;
    private static final int STEPS = 6;

    private LongContext() {}

    /** Takes the model, and the folder to keep entries in; without one they are kept in memory. */
    public static void main(String[] args) {
        try (ModelFile model = ModelFile.open(Path.of(args[0]));
                CpuBackend backend = new CpuBackend(KernelProvider.select(), 1, Precision.EXACT);
                Decoder decoder = new Decoder(model, backend, null)) {
            if (args.length > 1) {
                decoder.keepEntriesIn(new ScratchFolder(Path.of(args[1])));
                decoder.reserve(
                        new ReserveOptions(8_000, Sharing.UNIFIED, "lru", 1, 0),
                        ReserveListener.NONE,
                        UnaryOperator.identity());
            }
            System.out.println(decode(decoder));
        } catch (EngineException e) {
            System.out.println(e.getMessage());
            System.exit(1);
        }
    }

    private static String decode(Decoder decoder) {
        float[] logits = new float[decoder.architecture().vocabulary()];
        int hash = 0;
        try (Sequence sequence =
                new Sequence(decoder, decoder.attention(AttentionSpecs.parse("quest:k=512"), SelectionListener.NONE))) {
            sequence.fillRandomly(TOKENS, 1);
            for (int step = 0; step < STEPS; step++) {
                sequence.decode(7 + step);
                sequence.readLogits(logits);
                hash = 31 * hash + Arrays.hashCode(logits);
            }
            return "logits " + hash + ", bytes " + sequence.cacheBytes();
        }
    }
}
