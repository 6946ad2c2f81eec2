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
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Counts on the public trace against libCacheSim's on the same trace, and the rates reached here. */
@Tag("nightly")
class PublicTraceNightlyTest {
    @Test
    void requests_oneByOne_missAsOftenAsInLibCacheSim(TestReporter reporter) {
        AccessStream stream = RequestSequence.ofDense(PublicTrace.requests(), PublicTrace.LAYERS * PublicTrace.LONGEST);
        assertThat(Arrays.stream(stream.ids()).distinct().count()).isEqualTo(477_420);
        LruCurve curve = LruCurve.of(stream);
        assertThat(curve.accesses() - curve.hits(8192)).isEqualTo(3_940_067);
        assertThat(curve.accesses() - curve.hits(32_768)).isEqualTo(3_592_631);
        assertThat(PolicyReplay.hits(stream, Policies.byName("lru"), 32_768, 0)).isEqualTo(curve.hits(32_768));
        double[][] others = {{8192, 0.2294, 0.1655}, {32_768, 0.1817, 0.1197}, {131_072, 0.1149, 0.0556}};
        NextUse next = NextUse.of(stream);
        for (double[] row : others) {
            long capacity = (long) row[0];
            long fifo = PolicyReplay.hits(stream, Policies.byName("fifo"), capacity, 0);
            assertThat(1 - fifo / 2e7).isCloseTo(row[1], within(5.1e-5));
            assertThat(1 - OptReplay.hits(stream, next, capacity) / 2e7).isCloseTo(row[2], within(5.1e-5));
        }
        rate(reporter, "requests, lru curve", () -> LruCurve.of(stream).hits(8192));
        rate(reporter, "requests, opt 32768", () -> OptReplay.hits(stream, next, 32_768));
    }

    @Test
    void batches_curveAndPolicy_agreeAndReportTheirRates(TestReporter reporter) {
        long start = System.nanoTime();
        AccessTrace trace = Traces.load(PublicTrace.K, rows());
        reporter.publishEntry("load with generation, M/s", perSecond(start));
        start = System.nanoTime();
        AccessStream stream =
                AccessStreams.of(trace, Granularity.TOKEN, Sharing.UNIFIED).getFirst();
        reporter.publishEntry("stream, M/s", perSecond(start));
        NextUse next = NextUse.of(stream);
        for (int capacity : new int[] {4096, 8192, 32_768, 131_072}) {
            assertThat(rate(
                            reporter,
                            "lru class " + capacity,
                            () -> PolicyReplay.hits(stream, Policies.byName("lru"), capacity, 0)))
                    .isEqualTo(rate(
                            reporter, "lru curve", () -> LruCurve.of(stream).hits(capacity)))
                    .isLessThan(rate(reporter, "opt " + capacity, () -> OptReplay.hits(stream, next, capacity)));
        }
        rate(reporter, "next use", () -> NextUse.of(stream).ofAccess().length);
        rate(reporter, "fifo 32768", () -> PolicyReplay.hits(stream, Policies.byName("fifo"), 32_768, 0));
        rate(reporter, "random 32768", () -> PolicyReplay.hits(stream, Policies.byName("random"), 32_768, 0));
    }

    private static AbstractList<TraceRow> rows() {
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

    private static long rate(TestReporter reporter, String what, LongSupplier work) {
        long best = Long.MAX_VALUE;
        long result = 0;
        for (int i = 0; i < 3; i++) {
            long start = System.nanoTime();
            result = work.getAsLong();
            best = Math.min(best, System.nanoTime() - start);
        }
        reporter.publishEntry(what + ", M/s", String.valueOf(Math.round(PublicTrace.REQUESTS * 1e3 / best)));
        return result;
    }

    private static String perSecond(long start) {
        return String.valueOf(Math.round(PublicTrace.REQUESTS * 1e3 / (System.nanoTime() - start)));
    }
}
