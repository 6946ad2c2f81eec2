package dev.tarn.engine.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.engine.attention.SpaceFixture.Data;
import dev.tarn.engine.attention.SpaceFixture.Heard;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Stop rules that take waves, against their rules written out in double precision over whole exp-sums. */
class PsaTest {
    private static final int TOKENS = 150;

    /** What a rule written out says of one query and group. */
    private record Expected(TreeSet<Integer> positions, int waves, double p, boolean close) {}

    static Stream<Arguments> specs() {
        Random random = new Random(77);
        List<Arguments> all = new ArrayList<>();
        for (Data data : Data.values()) {
            for (int i = 0; i < 8; i++) {
                int block = new int[] {1, 2, 7, 16}[random.nextInt(4)];
                String rank = block == 1
                        ? new String[] {"oracle", "random", "recency"}[random.nextInt(3)]
                        : new String[] {"quest", "cuboid-mean", "mean", "oracle", "random"}[random.nextInt(5)];
                String stop = random.nextBoolean()
                        ? "mass:" + new String[] {"0.3", "0.9", "0.99", "1"}[random.nextInt(4)]
                        : "marginal:" + new String[] {"0", "0.0005", "0.01", "0.2"}[random.nextInt(4)];
                all.add(Arguments.of(
                        data,
                        String.format(
                                Locale.ROOT,
                                "rank=%s,unit=%s,stop=%s,wave=%d,sink=%d,recent=%d,share=%s",
                                rank,
                                block == 1 ? "token" : "block:" + block,
                                stop,
                                1 + random.nextInt(6),
                                random.nextInt(3) * 3,
                                random.nextInt(3) * 9,
                                random.nextBoolean() ? "head" : "layer")));
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("specs")
    void select_inWaves_stopsWhereTheRuleSays(Data data, String text) {
        AttentionSpec spec = AttentionSpecs.parse(text);
        try (SpaceFixture f = new SpaceFixture(text.hashCode(), TOKENS, data, 2)) {
            float[] out = f.attend(text, 1, 0, TOKENS);
            int skipped = 0;
            for (Heard h : f.heard) {
                int t = h.position();
                int from = h.group() < 0 ? 0 : 3 * h.group();
                int to = h.group() < 0 ? 6 : from + 3;
                for (int head = from; head < to; head++) {
                    double[] want = f.attention(1, t, head, h.positions());
                    for (int d = 0; d < SpaceFixture.DIM; d++) {
                        assertThat((double) out[(t * 6 + head) * SpaceFixture.DIM + d])
                                .as("output of position %d, head %d", t, head)
                                .isCloseTo(want[d], within(2e-4));
                    }
                }
                if (h.scores() == null) {
                    assertThat(h.positions()).hasSize(t + 1);
                    assertThat(t + 1).isLessThanOrEqualTo(spec.wave() * spec.block());
                    continue;
                }
                Expected want = expected(f, spec, t, from, to, h.scores());
                if (want.close()) {
                    skipped++;
                    continue;
                }
                assertThat(h.positions())
                        .as("position %d group %d", t, h.group())
                        .isEqualTo(want.positions().stream().mapToInt(i -> i).toArray());
                assertThat(h.waves()).isEqualTo(want.waves());
                if (spec.stop() instanceof StopRule.Mass) {
                    assertThat((double) h.mass()).isCloseTo(want.p(), within(1e-4));
                } else {
                    assertThat(h.mass()).isNaN();
                }
            }
            // Where a rule's number comes within rounding of its threshold either side is right; equal scores make it
            // so often.
            assertThat(skipped).isLessThanOrEqualTo(f.heard.size() / 2);
        }
    }

    /** The rule: order units, take waves, stop by exp-sums over all that was taken. */
    private static Expected expected(SpaceFixture f, AttentionSpec spec, int t, int from, int to, float[] scores) {
        int b = spec.block();
        int n = t + 1;
        List<Integer> order = order(spec, n, scores);
        int kept = order.removeFirst();
        TreeSet<Integer> positions = new TreeSet<>();
        double[] esMin = new double[6];
        Arrays.fill(esMin, Double.POSITIVE_INFINITY);
        int taken = 0;
        int waves = 0;
        double p = Double.NaN;
        boolean close = false;
        while (taken < order.size()) {
            int end = Math.min(order.size(), taken + (waves == 0 ? Math.max(kept, spec.wave()) : spec.wave()));
            TreeSet<Integer> before = new TreeSet<>(positions);
            for (int unit : order.subList(taken, end)) {
                for (int s = unit * b; s < Math.min(n, (unit + 1) * b); s++) {
                    positions.add(s);
                }
            }
            waves++;
            double least = 1;
            double gain = 0;
            for (int head = from; head < to; head++) {
                double[] e = f.exponentials(1, t, head);
                for (int unit : order.subList(taken, end)) {
                    if ((unit + 1) * b <= n) {
                        double sum = IntStream.range(unit * b, (unit + 1) * b)
                                .mapToDouble(s -> e[s])
                                .sum();
                        esMin[head] = Math.min(esMin[head], sum);
                    }
                }
                double all = positions.stream().mapToDouble(s -> e[s]).sum();
                int left = order.size() - end;
                double estimate = left == 0 ? 1 : all / (all + esMin[head] * left);
                least = Math.min(least, estimate);
                gain += (all - before.stream().mapToDouble(s -> e[s]).sum()) / all / (to - from);
            }
            taken = end;
            p = least;
            double number;
            double threshold;
            boolean stop;
            if (spec.stop() instanceof StopRule.Mass mass) {
                number = p;
                threshold = mass.eps();
                stop = number > threshold;
                close |= mass.eps() < 1 && Math.abs(number - threshold) < 1e-5 * threshold;
            } else {
                number = gain / (positions.size() - before.size());
                threshold = ((StopRule.Marginal) spec.stop()).mu();
                stop = number < threshold;
                close |= threshold > 0 && Math.abs(number - threshold) < 1e-4 * threshold;
            }
            if (stop) {
                break;
            }
        }
        return new Expected(positions, waves, p, close);
    }

    /** How many units are always kept, then all units in the order in which they are taken. */
    private static List<Integer> order(AttentionSpec spec, int n, float[] scores) {
        int b = spec.block();
        int units = (n + b - 1) / b;
        TreeSet<Integer> kept = new TreeSet<>(Comparator.reverseOrder());
        if (b > 1) {
            kept.add(units - 1);
        }
        for (int s = 0; s < n; s++) {
            if (s < spec.sink().orElse(0) || s >= n - spec.recent().orElse(0)) {
                kept.add(s / b);
            }
        }
        List<Integer> order = new ArrayList<>();
        order.add(kept.size());
        order.addAll(kept);
        IntStream.range(0, units)
                .boxed()
                .filter(unit -> !kept.contains(unit))
                .sorted(Comparator.comparingDouble((Integer unit) -> -scores[unit])
                        .thenComparing(unit -> unit))
                .forEach(order::add);
        return order;
    }

    /** However the units are cut into waves: a rule that never stops attends to everything, as dense attention does. */
    @ParameterizedTest
    @EnumSource(Data.class)
    void attend_neverStopping_equalsDense(Data data) {
        try (SpaceFixture f = new SpaceFixture(3, TOKENS, data, 2)) {
            float[] dense = f.attend("dense", 2, 100, 50);
            for (String spec : List.of(
                    "psa:eps=1,wave=1",
                    "psa:eps=1,wave=3,share=layer",
                    "psa:rank=mean,eps=1,wave=64",
                    "oracle:eps=1,wave=1",
                    "oracle:eps=1,wave=7",
                    "oracle:mu=0,wave=11",
                    "psa:rank=oracle,eps=1,block=9")) {
                float[] got = f.attend(spec, 2, 100, 50);
                for (Heard h : f.heard) {
                    assertThat(h.positions()).hasSize(h.position() + 1);
                    assertThat(h.mass())
                            .satisfiesAnyOf(
                                    m -> assertThat(m).isNaN(),
                                    m -> assertThat(m).isEqualTo(1));
                }
                for (int i = 0; i < got.length; i++) {
                    assertThat(got[i]).as("%s, place %d", spec, i).isCloseTo(dense[i], within(1e-4f));
                }
            }
        }
    }

    /** A threshold that is passed at once still takes one whole wave. */
    @Test
    void select_thresholdPassedAtOnce_takesOneWave() {
        try (SpaceFixture f = new SpaceFixture(5, TOKENS, Data.ONE_HOT, 1)) {
            f.attend("psa:rank=oracle,eps=0.000001,block=8,wave=5", 0, 149, 1);
            assertThat(f.heard).hasSize(2).allSatisfy(h -> {
                assertThat(h.waves()).isEqualTo(1);
                assertThat(h.positions()).hasSize(4 * 8 + 150 % 8);
            });
            f.attend("oracle:mu=0.9,wave=6,sink=2,recent=10", 0, 149, 1);
            assertThat(f.heard.getFirst().positions()).hasSize(12);
            f.attend("oracle:mu=0.9,wave=30,sink=2,recent=10", 0, 149, 1);
            assertThat(f.heard.getFirst().positions()).hasSize(30);
        }
    }
}
