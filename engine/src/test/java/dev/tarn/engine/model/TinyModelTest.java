package dev.tarn.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.attention.Attention;
import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.AttentionSpecs;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.decode.Sequence;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The embedded model and its indexer against an independent float32 forward over the dequantised weights; the fixture and
 * how it was made: {@code src/test/python/tiny_reference.py}.
 */
class TinyModelTest {
    private static final Path TINY = Path.of(System.getProperty("tarn.home"), "models", "tiny");
    private static ModelFile model;
    private static IndexerFile indexer;
    private static Golden golden;
    private static int[] ids;

    @BeforeAll
    static void open() {
        Path path = TINY.resolve("tiny-reader-7m-q8_0.gguf");
        model = ModelFile.open(path);
        indexer = IndexerFile.open(IndexerFile.beside(path));
        golden = new Golden(Golden.path("tiny/expected.safetensors"));
        ids = golden.ints("input_ids");
    }

    @AfterAll
    static void close() {
        golden.close();
        indexer.close();
        model.close();
    }

    private static Sequence sequence(Decoder decoder, AttentionSpec spec, SelectionListener listener) {
        return new Sequence(decoder, decoder.attention(spec, listener));
    }

    @ParameterizedTest(name = "{0} kernels")
    @ValueSource(strings = {"plain", "vector"})
    void logitsAndGreedy_prefillThenDecode_agreeWithReference(String kernels) {
        try (CpuBackend backend = new CpuBackend(GoldenTest.kernels(kernels), 2);
                Decoder decoder = new Decoder(model, backend, indexer);
                Sequence whole = sequence(decoder, AttentionSpec.DENSE, SelectionListener.NONE);
                Sequence sequence = sequence(decoder, AttentionSpec.DENSE, SelectionListener.NONE)) {
            float[] want = golden.floats("logits");
            int[] positions = golden.ints("positions");
            float[] got = new float[decoder.architecture().vocabulary()];
            whole.prefill(ids, 0, _ -> {});
            whole.readLogits(got);
            requireLogits(got, want, positions.length - 1);
            int next = 0;
            for (int t = 0; t < ids.length; t++) {
                sequence.decode(ids[t]);
                if (t == positions[next]) {
                    sequence.readLogits(got);
                    requireLogits(got, want, next++);
                }
            }
            assertThat(next).isEqualTo(positions.length);
            assertThat(GoldenTest.greedy(sequence, got, 24)).isEqualTo(golden.ints("greedy"));
        }
    }

    private static void requireLogits(float[] got, float[] want, int row) {
        for (int i = 0; i < got.length; i++) {
            assertThat((double) got[i]).as("row %d, id %d", row, i).isCloseTo(want[row * got.length + i], within(2e-3));
        }
    }

    @ParameterizedTest(name = "{0} kernels")
    @ValueSource(strings = {"plain", "vector"})
    void selections_ofTheIndexer_areTheReferencesTop64(String kernels) {
        Map<Integer, int[]> picks = new TreeMap<>();
        try (CpuBackend backend = new CpuBackend(GoldenTest.kernels(kernels), 2);
                Decoder decoder = new Decoder(model, backend, indexer)) {
            Attention sparse = decoder.attention(
                    AttentionSpecs.parse("dsa:k=64,sink=0,recent=0"),
                    (input, _, _, selection, _) ->
                            picks.put(input.layer(), Arrays.copyOf(selection.positions, selection.count)));
            Tensor unused = backend.allocate(1, decoder.architecture().hidden());
            // The reference ranks over dense hidden states, so every layer is asked and then attends densely.
            SelectionListener ask = (input, row, _, _, _) -> {
                if (input.position(row) == ids.length - 1) {
                    sparse.attend(input, 0, unused);
                }
            };
            try (Sequence sequence = sequence(decoder, AttentionSpec.DENSE, ask)) {
                sequence.prefill(Arrays.copyOf(ids, ids.length - 1), 0, _ -> {});
                sequence.decode(ids[ids.length - 1]);
            }
        }
        assertThat(picks).hasSize(8);
        picks.forEach((layer, positions) ->
                assertThat(positions).as("layer %d", layer).isEqualTo(golden.ints("selected." + layer)));
    }

    @Test
    void fork_beforeItsFirstToken_readsTheParentsLogits() {
        try (CpuBackend backend = new CpuBackend(GoldenTest.kernels("vector"), 2);
                Decoder decoder = new Decoder(model, backend, null);
                Sequence sequence = sequence(decoder, AttentionSpec.DENSE, SelectionListener.NONE)) {
            sequence.prefill(ids, 0, _ -> {});
            float[] parent = new float[decoder.architecture().vocabulary()];
            sequence.readLogits(parent);
            try (Sequence fork = sequence.fork(decoder.attention(AttentionSpec.DENSE, SelectionListener.NONE))) {
                float[] child = new float[parent.length];
                fork.readLogits(child);
                assertThat(child).isEqualTo(parent);
            }
        }
    }

    @Test
    void sequence_tokensThatCannotRun_areRefusedInOneLine() {
        try (CpuBackend backend = new CpuBackend(GoldenTest.kernels("vector"), 1);
                Decoder decoder = new Decoder(model, backend, null);
                Sequence sequence = sequence(decoder, AttentionSpec.DENSE, SelectionListener.NONE)) {
            int context = decoder.architecture().contextLength();
            int vocabulary = decoder.architecture().vocabulary();
            assertThatThrownBy(() -> sequence.prefill(new int[0], 0, _ -> {}))
                    .isInstanceOf(EngineException.class)
                    .hasMessage("the prompt has no tokens; give at least one");
            assertThatThrownBy(() -> sequence.prefill(new int[context + 1], 0, _ -> {}))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining((context + 1) + " tokens")
                    .hasMessageContaining("holds " + context);
            assertThatThrownBy(() -> sequence.decode(vocabulary))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("token id " + vocabulary);
            assertThatThrownBy(() -> sequence.prefill(new int[] {1, -1}, 0, _ -> {}))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("token id -1");
            assertThat(sequence.length()).isZero();
        }
    }

    /**
     * Measured at 300 to 320 tokens of context after 10,000 tokens: 18.3 KB dense, 6.1 KB dsa, mostly the masked tail vectors of
     * the softmax and the loops' lambdas. Compilation goes on in the background, so rounds are repeated until it has caught up.
     */
    @ParameterizedTest(name = "{0}: at most {1} bytes a token")
    @CsvSource({"dense, 32768", "dsa:k=64, 16384"})
    void decode_onceCompiled_allocatesLittle(String spec, long most) {
        try (CpuBackend backend = new CpuBackend(GoldenTest.kernels("vector"), 1);
                Decoder decoder = new Decoder(model, backend, indexer);
                Sequence prefix = sequence(decoder, AttentionSpec.DENSE, SelectionListener.NONE)) {
            prefix.prefill(ids, Integer.MAX_VALUE, _ -> {});
            Attention attention = decoder.attention(AttentionSpecs.parse(spec), SelectionListener.NONE);
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 500 && least > most; round++) {
                try (Sequence sequence = prefix.fork(attention)) {
                    least = Math.min(least, bytesPerToken(sequence));
                }
            }
            assertThat(least).isLessThanOrEqualTo(most);
        }
    }

    /** Heap allocated by this thread for one decoded token; the first token, which makes pages, is left out. */
    private static long bytesPerToken(Sequence sequence) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        sequence.decode(ids[0]);
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 20; i++) {
            sequence.decode(ids[i]);
        }
        return (threads.getCurrentThreadAllocatedBytes() - before) / 20;
    }
}
