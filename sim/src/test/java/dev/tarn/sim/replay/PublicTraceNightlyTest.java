package dev.tarn.sim.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.policy.Policies;
import dev.tarn.sim.Traces;
import dev.tarn.sim.access.AccessStream;
import dev.tarn.sim.access.AccessStreams;
import dev.tarn.sim.access.AccessTrace;
import dev.tarn.sim.access.Granularity;
import dev.tarn.sim.access.RequestSequence;
import dev.tarn.sim.access.Sharing;
import dev.tarn.trace.TraceRow;
import java.util.AbstractList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Counts on the public trace against libCacheSim's on the same trace. */
@Tag("nightly")
class PublicTraceNightlyTest {
    private static @Nullable AccessStream requests;

    private static AccessStream requests() {
        if (requests == null) {
            requests = RequestSequence.ofDense(PublicTrace.requests(), PublicTrace.LAYERS * PublicTrace.LONGEST);
        }
        return requests;
    }

    @Test
    void requests_oneByOne_missAsOftenAsInLibCacheSim() {
        AccessStream stream = requests();
        assertThat(Arrays.stream(stream.ids()).distinct().count()).isEqualTo(477_420);
        LruCurve curve = LruCurve.of(stream);
        assertThat(curve.accesses() - curve.hits(8192)).isEqualTo(3_940_067);
        assertThat(curve.accesses() - curve.hits(32_768)).isEqualTo(3_592_631);
        assertThat(PolicyReplay.hits(stream, Policies.parse("lru"), 32_768, 0)).isEqualTo(curve.hits(32_768));
        double[][] others = {{8192, 0.2294, 0.1655}, {32_768, 0.1817, 0.1197}, {131_072, 0.1149, 0.0556}};
        NextUse next = NextUse.of(stream);
        for (double[] row : others) {
            long capacity = (long) row[0];
            long fifo = PolicyReplay.hits(stream, Policies.parse("fifo"), capacity, 0);
            assertThat(1 - fifo / 2e7).isCloseTo(row[1], within(5.1e-5));
            assertThat(1 - OptReplay.hits(stream, next, capacity) / 2e7).isCloseTo(row[2], within(5.1e-5));
        }
    }

    /** libCacheSim's miss ratios with its default parameters. */
    @ParameterizedTest(name = "{0} at {1}")
    @CsvSource({
        "clock, 8192, 0.1971",
        "clock, 32768, 0.1796",
        "clock, 131072, 0.1139",
        "sieve, 8192, 0.9720",
        "sieve, 32768, 0.8802",
        "sieve, 131072, 0.5355",
        "lfu, 8192, 0.9720",
        "lfu, 32768, 0.8802",
        "lfu, 131072, 0.5355",
        "arc, 8192, 0.1972",
        "arc, 32768, 0.1802",
        "arc, 131072, 0.1139",
        "2q, 8192, 0.2960",
        "2q, 32768, 0.1913",
        "2q, 131072, 0.1146",
        "s3-fifo, 8192, 0.3229",
        "s3-fifo, 32768, 0.1797",
        "s3-fifo, 131072, 0.1139",
    })
    void requests_oneByOneThroughPublishedPolicies_missAsOftenAsInLibCacheSim(
            String policy, long capacity, double missRatio) {
        long hits = PolicyReplay.hits(requests(), Policies.parse(policy), capacity, 0);
        assertThat(1 - hits / 2e7).isCloseTo(missRatio, within(5.1e-5));
    }

    @Test
    void batches_ofTheSameTrace_curveEqualsPolicyClassAndOptIsBelow() {
        AccessTrace trace = Traces.load(PublicTrace.K, rows());
        AccessStream stream =
                AccessStreams.of(trace, Granularity.TOKEN, Sharing.UNIFIED).getFirst();
        LruCurve curve = LruCurve.of(stream);
        NextUse next = NextUse.of(stream);
        for (int capacity : new int[] {2048, 4096, 8192, 32_768, 131_072}) {
            assertThat(PolicyReplay.hits(stream, Policies.parse("lru"), capacity, 0))
                    .isEqualTo(curve.hits(capacity))
                    .isLessThan(OptReplay.hits(stream, next, capacity));
        }
        assertThat(curve.hits(2048)).isZero();
    }

    static AbstractList<TraceRow> rows() {
        var source = new PublicTrace();
        return new AbstractList<>() {
            @Override
            public TraceRow get(int index) {
                int step = index / PublicTrace.LAYERS;
                int layer = index % PublicTrace.LAYERS;
                int[] tokens = source.next(step, layer).clone();
                Arrays.sort(tokens);
                return Traces.row(0, step, PublicTrace.context(step), layer, tokens);
            }

            @Override
            public int size() {
                return PublicTrace.STEPS * PublicTrace.LAYERS;
            }
        };
    }
}
