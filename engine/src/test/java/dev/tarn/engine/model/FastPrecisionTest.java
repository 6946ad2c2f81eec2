package dev.tarn.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.engine.attention.AttentionSpecs;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.KernelProvider;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.kv.EntryType;
import dev.tarn.engine.kv.KvTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What fast precision may change of the embedded model's logits, over book text. */
class FastPrecisionTest {
    private static final int TOKENS = 700;
    /** Positions are compared from here on, where sparse attention is sparse. */
    private static final int FROM = 200;

    private static ModelFile model;
    private static IndexerFile indexer;
    private static int[] ids;

    @BeforeAll
    static void open() throws IOException {
        Path path = ModelLocator.find(ModelLocator.TINY);
        model = ModelFile.open(path);
        indexer = IndexerFile.open(IndexerFile.beside(path));
        String book = Files.readString(ModelLocator.embedded(Path.of("text/Doyle_Hound_1902.txt")));
        ids = Arrays.copyOf(model.tokenizer().encode(book.substring(0, 8000), false), TOKENS);
    }

    @AfterAll
    static void close() {
        indexer.close();
        model.close();
    }

    /** Logits of positions FROM .. TOKENS-2, each after one decode step. */
    private static float[][] logits(Precision precision, KvTypes types, String spec, int threads) {
        try (CpuBackend backend = new CpuBackend(KernelProvider.select(), threads, precision);
                Decoder decoder = new Decoder(model, backend, indexer, types);
                Sequence sequence =
                        new Sequence(decoder, decoder.attention(AttentionSpecs.parse(spec), SelectionListener.NONE))) {
            float[][] logits =
                    new float[TOKENS - 1 - FROM][decoder.architecture().vocabulary()];
            sequence.prefill(Arrays.copyOf(ids, FROM), FROM, _ -> {});
            for (int t = FROM; t < TOKENS - 1; t++) {
                sequence.decode(ids[t]);
                sequence.readLogits(logits[t - FROM]);
            }
            return logits;
        }
    }

    /** The mean negative log-likelihood of the text. */
    private static double loss(float[][] logits) {
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            double exps = 0;
            for (float logit : logits[i]) {
                exps += Math.exp(logit);
            }
            sum += Math.log(exps) - logits[i][ids[FROM + i + 1]];
        }
        return sum / logits.length;
    }

    @ParameterizedTest(name = "{0} entries: at most {1}, perplexity within {2}")
    @CsvSource({"F16,0.5,0.003", "Q8,1,0.003"})
    void logits_fast_stayWithinTheStatedBounds(EntryType type, double most, double ratio) {
        float[][] exact = logits(Precision.EXACT, KvTypes.F32, "dense", 2);
        float[][] fast = logits(Precision.FAST, KvTypes.COMPACT.withEntries(type), "dense", 2);
        double sum = 0;
        double max = 0;
        for (int i = 0; i < exact.length; i++) {
            for (int id = 0; id < exact[i].length; id++) {
                double difference = Math.abs(exact[i][id] - fast[i][id]);
                sum += difference;
                max = Math.max(max, difference);
            }
        }
        assertThat(sum / exact.length / exact[0].length).as("mean difference").isLessThan(0.06);
        assertThat(max).as("largest difference").isLessThan(most);
        assertThat(Math.exp(loss(fast) - loss(exact)))
                .as("ratio of perplexities")
                .isCloseTo(1, within(ratio));
    }

    @Test
    void logits_fast_areTheSameBitsAtAnyThreadCount() {
        float[][] one = logits(Precision.FAST, KvTypes.COMPACT, "dsa:k=128", 1);
        for (int threads = 2; threads <= 4; threads++) {
            assertThat(logits(Precision.FAST, KvTypes.COMPACT, "dsa:k=128", threads))
                    .isDeepEqualTo(one);
        }
    }
}
