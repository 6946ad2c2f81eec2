package dev.tarn.study.distill.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.cpu.KernelProvider;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The network's scores, targets, loss and gradients against one that is written as the formulas are, in double. */
class LayerNetworkTest {
    private static final int HIDDEN = 24;
    private static final int TOKENS = 83;
    private static final AttentionShape ATTENTION = new AttentionShape(6, 2, 8, 8, 0.35f);

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    /** One layer's set-up: activations, parameters and positions, all from a seed. */
    private static final class Case {
        final IndexerShape shape;
        final Objective objective;
        final RandomActivations layer;
        final List<RandomActivations> targets;
        final double[] p;
        final int[] positions;

        Case(long seed, IndexerShape shape, Objective objective, int layers, int queries) {
            RandomGenerator random = random(seed);
            this.shape = shape;
            this.objective = objective;
            this.targets = IntStream.range(0, layers)
                    .mapToObj(_ -> new RandomActivations(random, TOKENS, HIDDEN, ATTENTION))
                    .toList();
            this.layer = targets.getFirst();
            this.p = random.doubles(shape.parameters(), -0.4, 0.4).toArray();
            for (int d = 0; d < shape.dim(); d++) {
                p[shape.gainOffset() + d] += 1;
            }
            for (int i = 0; i < p.length; i++) {
                p[i] = (float) p[i];
            }
            this.positions = random.ints(objective.firstPosition(), TOKENS)
                    .distinct()
                    .limit(queries)
                    .sorted()
                    .toArray();
        }

        LayerNetwork network() {
            return new LayerNetwork(
                    KernelProvider.select(),
                    shape,
                    ATTENTION,
                    new RotaryTable(shape, TOKENS),
                    objective.maxShare() > 0,
                    TOKENS,
                    positions.length);
        }

        List<LayerActivations> targetLayers() {
            return List.copyOf(targets);
        }

        PlainNetwork plain() {
            return new PlainNetwork(shape, ATTENTION, objective);
        }

        float[] floats() {
            float[] values = new float[p.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) p[i];
            }
            return values;
        }

        double meanLoss(double[] parameters) {
            double sum = 0;
            for (int t : positions) {
                sum += plain().loss(layer, targets, parameters, t);
            }
            return sum / positions.length;
        }
    }

    @ParameterizedTest(name = "seed {0}: {1} heads of {2}, {3} rotated")
    @CsvSource({"1, 4, 16, 8", "2, 1, 6, 2", "3, 3, 10, 10"})
    void compare_givesScoresAndAttention_asTheFormulasSay(long seed, int heads, int dim, int ropeDims) {
        Case c = new Case(
                seed, new IndexerShape(HIDDEN, heads, dim, ropeDims, 10_000), new Objective(0, 0, 0, 0, 0), 1, 19);
        int[] seen = {0};

        c.network().compare(c.layer, c.targetLayers(), c.floats(), c.positions, (t, attention, scores, at) -> {
            assertThat(t).isEqualTo(c.positions[seen[0]++]);
            double[] expected = c.plain().scores(c.layer, c.p, t);
            double[] mean = c.plain().mean(c.targets, t);
            for (int s = 0; s <= t; s++) {
                assertThat((double) scores[at + s]).isCloseTo(expected[s], within(2e-4));
                assertThat((double) attention[at + s]).isCloseTo(mean[s], within(1e-5));
            }
        });

        assertThat(seen[0]).isEqualTo(19);
    }

    @ParameterizedTest(name = "seed {0}: sink {1}, recent {2}, max {3}, selected {4}, {5} layers")
    @CsvSource({
        "11, 0, 0, 0,   0,  1",
        "12, 3, 7, 0,   0,  1",
        "13, 2, 5, 0.5, 0,  1",
        "14, 1, 4, 1,   0,  2",
        "15, 2, 3, 0,   12, 1",
        "16, 0, 1, 0.3, 9,  3"
    })
    void train_givesTheGradient_thatFiniteDifferencesGive(
            long seed, int sink, int recent, float max, int selected, int layers) {
        Objective objective = new Objective(sink, recent, max, selected, 0);
        Case c = new Case(seed, new IndexerShape(HIDDEN, 3, 8, 4, 500), objective, layers, 18);
        float[] gradient = new float[c.p.length];

        c.network()
                .train(
                        c.layer,
                        c.targetLayers(),
                        c.floats(),
                        c.positions,
                        objective,
                        1f / c.positions.length,
                        1,
                        gradient);

        double largest = 0;
        for (float g : gradient) {
            largest = Math.max(largest, Math.abs(g));
        }
        assertThat(largest).isGreaterThan(1e-3);
        RandomGenerator random = random(seed);
        int[] offsets = {0, c.shape.keyOffset(), c.shape.gainOffset(), c.shape.biasOffset(), c.shape.headWeightOffset()
        };
        int[] ends = {
            c.shape.keyOffset(),
            c.shape.gainOffset(),
            c.shape.biasOffset(),
            c.shape.headWeightOffset(),
            c.shape.parameters()
        };
        for (int part = 0; part < offsets.length; part++) {
            for (int i = 0; i < 6; i++) {
                int at = random.nextInt(offsets[part], ends[part]);
                assertThat((double) gradient[at])
                        .as("parameter %d of part %d", at, part)
                        .isCloseTo(difference(c, at), within(2e-4 * Math.max(largest, 1)));
            }
        }
    }

    private static double difference(Case c, int at) {
        double step = 1e-5;
        double[] p = c.p.clone();
        p[at] = c.p[at] + step;
        double above = c.meanLoss(p);
        p[at] = c.p[at] - step;
        return (above - c.meanLoss(p)) / (2 * step);
    }

    @ParameterizedTest(name = "seed {0}")
    @CsvSource({"21", "22"})
    void train_measuresLossAndMass_asTheFormulasSay(long seed) {
        Case c = new Case(seed, new IndexerShape(HIDDEN, 2, 8, 4, 500), new Objective(2, 6, 0.5f, 0, 0), 1, 17);

        LayerNetwork.Result result = c.network()
                .train(c.layer, c.targetLayers(), c.floats(), c.positions, c.objective, 1, 1, new float[c.p.length]);

        double loss = 0;
        for (int i = 0; i < c.positions.length; i += 8) {
            loss += c.plain().loss(c.layer, c.targets, c.p, c.positions[i]);
        }
        double mass = 0;
        for (int t : c.positions) {
            mass += c.plain().mass(c.targets, t);
        }
        assertThat(result.measured()).isEqualTo(3);
        assertThat(result.loss()).isCloseTo(loss, within(1e-4));
        assertThat(result.mass()).isCloseTo(mass, within(1e-4));
    }

    @ParameterizedTest(name = "far {0}")
    @CsvSource({"1", "0.5"})
    void train_weightedByFarMass_countsEachQueryByItsShareOfTheUsualMass(float far) {
        IndexerShape shape = new IndexerShape(HIDDEN, 2, 8, 4, 500);
        Case c = new Case(31, shape, new Objective(2, 6, 0, 0, far), 1, 1);
        Case alike = new Case(31, shape, new Objective(2, 6, 0, 0, 0), 1, 1);
        float[] weighted = new float[c.p.length];
        float[] plain = new float[c.p.length];

        double mass = c.network()
                .train(c.layer, c.targetLayers(), c.floats(), c.positions, c.objective, 1, 0.8, weighted)
                .mass();
        alike.network()
                .train(
                        alike.layer,
                        alike.targetLayers(),
                        alike.floats(),
                        alike.positions,
                        alike.objective,
                        1,
                        0.8,
                        plain);

        float factor = (float) Math.pow(mass / 0.8, far);
        for (int i = 0; i < plain.length; i++) {
            assertThat(weighted[i]).isCloseTo(plain[i] * factor, within(1e-5f));
        }
    }
}
