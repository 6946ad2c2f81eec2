package dev.tarn.study.distill.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.cpu.KernelProvider;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels a million times apart come to one size, and folded weights say of the raw input what the network says of the scaled one. */
class InputScaleTest {
    private static final int HIDDEN = 24;
    private static final int TOKENS = 83;
    private static final AttentionShape ATTENTION = new AttentionShape(6, 2, 8, 8, 0.35f);

    private static RandomActivations uneven(long seed, int tokens) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        RandomActivations layer = new RandomActivations(random, tokens, HIDDEN, ATTENTION);
        for (int channel = 0; channel < HIDDEN; channel++) {
            float size = (float) Math.pow(10, random.nextDouble(-1, 1.5));
            for (float[] row : layer.hidden) {
                row[channel] *= size;
            }
        }
        return layer;
    }

    @ParameterizedTest(name = "{0} tokens")
    @ValueSource(ints = {1, 63, 64, 65, 200})
    void of_unevenChannels_bringsTheWholeToOneLengthAndChannelsNearer(int tokens) {
        RandomActivations layer = uneven(tokens, tokens);
        double[] before = sizes(layer, tokens);
        double[] after = sizes(InputScale.scaled(layer, InputScale.of(layer, tokens, HIDDEN)), tokens);

        assertThat(Math.sqrt(Arrays.stream(after).map(x -> x * x).sum())).isCloseTo(4, within(1e-4));
        for (int channel = 1; channel < HIDDEN; channel++) {
            double ratio = Math.sqrt(before[channel] / before[0]);
            assertThat(after[channel] / after[0]).isCloseTo(ratio, within(1e-4 * ratio));
        }
    }

    /** Each channel's root mean square. */
    private static double[] sizes(LayerActivations layer, int tokens) {
        double[] squares = new double[HIDDEN];
        float[] row = new float[HIDDEN];
        for (int t = 0; t < tokens; t++) {
            layer.hidden(t, row, 0);
            for (int channel = 0; channel < HIDDEN; channel++) {
                squares[channel] += row[channel] * row[channel];
            }
        }
        return Arrays.stream(squares).map(sum -> Math.sqrt(sum / tokens)).toArray();
    }

    @Test
    void of_deadOrTinyChannel_staysFinite() {
        RandomActivations layer = uneven(5, 100);
        for (float[] row : layer.hidden) {
            row[3] = 0;
            row[4] = 1e-20f;
        }
        float[] factors = InputScale.of(layer, 100, HIDDEN);
        assertThat(factors[3]).isEqualTo(factors[4]).isFinite().isPositive();
        for (float[] row : layer.hidden) {
            Arrays.fill(row, 0);
        }
        assertThat(InputScale.of(layer, 100, HIDDEN)).containsOnly(1f);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void folded_onRawInput_scoresAsTheNetworkOnTheScaledOne(long seed) {
        IndexerShape shape = new IndexerShape(HIDDEN, 3, 8, 4, 10_000);
        RandomActivations layer = uneven(seed, TOKENS);
        float[] factors = InputScale.of(layer, TOKENS, HIDDEN);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed + 100);
        float[] p = new float[shape.parameters()];
        for (int i = 0; i < p.length; i++) {
            p[i] = random.nextFloat(-0.4f, 0.4f);
        }
        float[] want = scores(shape, InputScale.scaled(layer, factors), p);
        float[] got = scores(shape, layer, InputScale.folded(shape, p, factors));

        for (int s = 0; s < want.length; s++) {
            assertThat(got[s]).isCloseTo(want[s], within(1e-4f * Math.max(1, Math.abs(want[s]))));
        }
    }

    /** The last position's index scores. */
    private static float[] scores(IndexerShape shape, LayerActivations layer, float[] p) {
        LayerNetwork network = new LayerNetwork(
                KernelProvider.select(), shape, ATTENTION, new RotaryTable(shape, TOKENS), false, TOKENS, 1);
        float[] row = new float[TOKENS];
        network.compare(
                layer,
                List.of(layer),
                p,
                new int[] {TOKENS - 1},
                (t, attention, scores, at) -> System.arraycopy(scores, at, row, 0, TOKENS));
        return row;
    }
}
