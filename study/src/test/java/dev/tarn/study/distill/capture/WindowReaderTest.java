package dev.tarn.study.distill.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.engine.attention.AttentionSpecs;
import dev.tarn.engine.attention.LayerInput;
import dev.tarn.engine.attention.Selection;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.cpu.KernelProvider;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.study.Tiny;
import dev.tarn.study.distill.network.IndexerShape;
import dev.tarn.study.distill.network.LayerActivations;
import dev.tarn.study.distill.network.LayerNetwork;
import dev.tarn.study.distill.network.RotaryTable;
import dev.tarn.study.distill.training.LayerPlan;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is captured against what the engine itself says of the same window. */
class WindowReaderTest {
    private static final int TOKENS = 300;
    private static final int LAYER = 5;

    /** Keeps head-mean dense attention of every row of one layer. */
    private static final class EngineAttention implements SelectionListener {
        final Map<Integer, float[]> rows = new HashMap<>();
        final Map<Integer, float[]> hidden = new HashMap<>();
        private final Tiny tiny;

        EngineAttention(Tiny tiny) {
            this.tiny = tiny;
        }

        @Override
        public void selected(LayerInput input, int row, int group, Selection selection, float @Nullable [] scores) {
            if (input.layer() != LAYER) {
                return;
            }
            AttentionShape shape = tiny.decoder.architecture().attention();
            int n = input.position(row) + 1;
            float[] mean = new float[n];
            float[] p = new float[n];
            for (int head = 0; head < shape.heads(); head++) {
                tiny.decoder.backend().probabilities(shape, input.cache(), LAYER, input.queries(), row, head, n, p);
                for (int s = 0; s < n; s++) {
                    mean[s] += p[s] / shape.heads();
                }
            }
            rows.put(n - 1, mean);
            float[] h = new float[input.hidden().cols()];
            input.hidden().read(row, 0, h.length, h, 0);
            hidden.put(n - 1, h);
        }
    }

    @Test
    void read_window_keepsWhatTheEngineComputed() {
        int[] sampled = {70, 71, 128, 255, 256, 299};
        try (Tiny tiny = new Tiny(2)) {
            int[] tokens = Arrays.copyOf(
                    tiny.tokenizer()
                            .encodeWithBos(Tiny.books().getFirst().content().substring(0, 3000), false),
                    TOKENS);
            EngineAttention engine = new EngineAttention(tiny);
            try (Sequence sequence =
                    new Sequence(tiny.decoder, tiny.decoder.attention(AttentionSpecs.parse("dense"), engine))) {
                sequence.prefill(tokens, 0, _ -> {});
            }
            var a = tiny.decoder.architecture();
            WindowReader reader =
                    new WindowReader(tiny.decoder, LayerPlan.of(a, 1).capture(a));
            try (CapturedWindow window = reader.read(tokens, sampled)) {
                assertThat(window.tokens()).isEqualTo(TOKENS);
                LayerActivations layer = window.layer(LAYER);
                for (int t : new int[] {0, 63, 64, 299}) {
                    float[] h = new float[a.hidden()];
                    layer.hidden(t, h, 0);
                    assertClose(h, engine.hidden.get(t), 2e-3f);
                }
                IndexerShape shape = new IndexerShape(a.hidden(), 2, 8, 4, 10_000);
                LayerNetwork network = new LayerNetwork(
                        KernelProvider.select(),
                        shape,
                        a.attention(),
                        new RotaryTable(shape, TOKENS),
                        false,
                        TOKENS,
                        8);
                int[] seen = {0};
                network.compare(
                        layer, List.of(layer), new float[shape.parameters()], sampled, (t, attention, _, at) -> {
                            seen[0]++;
                            float[] row = Arrays.copyOfRange(attention, at, at + t + 1);
                            assertClose(row, engine.rows.get(t), 5e-3f);
                        });
                assertThat(seen[0]).isEqualTo(sampled.length);
            }
        }
    }

    private static void assertClose(float[] actual, float[] expected, float tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i]).as("element %d", i).isCloseTo(expected[i], within(tolerance));
        }
    }
}
