package dev.tarn.sim.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.policy.Policies;
import dev.tarn.policy.PoolShape;
import dev.tarn.policy.ResidencyListener;
import dev.tarn.sim.Traces;
import dev.tarn.sim.access.AccessStream;
import dev.tarn.sim.access.AccessStreams;
import dev.tarn.sim.access.AccessTrace;
import dev.tarn.sim.access.Granularity;
import dev.tarn.sim.access.Sharing;
import dev.tarn.sim.access.TraceLoader;
import dev.tarn.trace.TraceException;
import dev.tarn.trace.TraceReader;
import dev.tarn.trace.TraceRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The policies of the engine as the simulator replays them. */
class PolicyReplayTest {
    private static long hits(
            AccessTrace trace, String policy, Granularity granularity, Sharing sharing, long capacity) {
        return Pools.of(trace, granularity, sharing).hits(policy, capacity, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lru", "clock", "2q", "arc", "s3-fifo", "sieve", "lfu", "next-visit", "random"})
    void quota_anyPolicy_equalsThePoolSplitByLayer(String share) {
        for (long seed = 0; seed < 10; seed++) {
            var trace = Traces.load(8, Traces.random(seed, 2, 25, 3, 60, 8));
            for (int capacity = 0; capacity < 150; capacity += 17) {
                assertThat(hits(trace, "quota:" + share, Granularity.TOKEN, Sharing.UNIFIED, capacity))
                        .as("seed %s, capacity %s", seed, capacity)
                        .isEqualTo(hits(trace, share, Granularity.TOKEN, Sharing.LAYER, capacity));
            }
        }
    }

    /** The class that the engine runs, over ids aligned to pages, against LRU over streams of pages. */
    @Test
    void pageLru_overAlignedIds_hitsAsLruOverPagesDoes() {
        for (long seed = 0; seed < 20; seed++) {
            int page = 1 + (int) (seed % 5);
            var trace = Traces.load(8, Traces.random(seed, 2, 25, 3, 60, 8));
            var pages = AccessStreams.of(trace, new Granularity(page), Sharing.UNIFIED)
                    .getFirst();
            for (int capacity = 0; capacity < 200; capacity += 19) {
                assertThat(alignedHits(trace, page, capacity))
                        .isEqualTo(LruCurve.of(pages).hits(capacity / page));
                assertThat(hits(trace, "page-lru:" + page, new Granularity(page), Sharing.UNIFIED, capacity))
                        .isEqualTo(LruCurve.of(pages).hits(capacity / page));
            }
        }
    }

    private static long alignedHits(AccessTrace trace, int page, int capacity) {
        int stride = 100 * page;
        var policy = Policies.parse("page-lru:" + page)
                .create(new PoolShape(capacity, 6 * stride, 3, 2), 0, ResidencyListener.NONE);
        long hits = 0;
        for (int b = 0; b < trace.batches(); b++) {
            int base = trace.laneOf(b) * stride;
            int[] ids = Arrays.stream(trace.selected(), trace.from(b), trace.to(b))
                    .map(position -> base + position)
                    .toArray();
            hits += policy.serve(0, ids, 0, ids.length);
            policy.insert(0, base + trace.position(b));
        }
        return hits;
    }

    @Test
    void pageLru_inASimulation_bringsItsOwnGranularity() {
        var trace = Traces.load(8, Traces.random(3, 1, 25, 2, 60, 8));
        var config = new SimulationConfig(
                List.of("page-lru:4", "lru"),
                List.of(Capacity.ofEntries(40)),
                List.of(Granularity.TOKEN),
                List.of(Sharing.UNIFIED),
                0);
        var results = Simulator.run(trace, config).results();
        assertThat(results.get(0).granularity()).isEqualTo("page:4");
        assertThat(results.get(0).fetched()).isEqualTo(4 * results.get(0).misses());
        assertThat(results.get(1).granularity()).isEqualTo("token");
        assertThatThrownBy(() -> new SimulationConfig(
                        List.of("page-lru:4"), List.of(), List.of(new Granularity(8)), List.of(), 0))
                .hasMessage("policy 'page-lru:4' brings its own pages; leave the granularity at token, or use lru with"
                        + " page:N");
    }

    /** Half of what a step reads, and selections that persist: LRU hits nothing, as every step walks all layers in turn. */
    @Test
    void nextVisit_belowTheCliff_hitsWhereLruHitsNothing() {
        int layers = 8;
        int k = 16;
        var random = new SplittableRandom(1);
        var rows = new ArrayList<TraceRow>();
        int[][] selections = new int[layers][];
        for (int step = 0; step < 200; step++) {
            for (int layer = 0; layer < layers; layer++) {
                int[] before = step == 0 ? new int[0] : selections[layer];
                int[] kept = Arrays.stream(before)
                        .filter(position -> random.nextInt(5) > 0)
                        .toArray();
                selections[layer] = random.ints(10L * k, 0, 500)
                        .filter(position -> Arrays.stream(kept).noneMatch(other -> other == position))
                        .distinct()
                        .limit(k - kept.length)
                        .toArray();
                int[] all = Arrays.copyOf(kept, k);
                System.arraycopy(selections[layer], 0, all, kept.length, k - kept.length);
                Arrays.sort(all);
                selections[layer] = all;
                rows.add(Traces.row(0, step, 500 + step, layer, all));
            }
        }
        var trace = Traces.load(k, rows);
        int half = layers * k / 2;
        assertThat(hits(trace, "lru", Granularity.TOKEN, Sharing.UNIFIED, half)).isZero();
        // Each layer keeps the half of its selection that fits its share, of which four in five are selected again.
        assertThat(hits(trace, "next-visit", Granularity.TOKEN, Sharing.UNIFIED, half) / (200.0 * layers * k))
                .isBetween(0.25, 0.5);
    }

    private static TraceRow scored(int step, int layer, int group, int[] indices, float... scores) {
        return new TraceRow(0, step, 50 + step, layer, group, 1, Float.NaN, indices, scores);
    }

    private static AccessTrace withScores(TraceRow... rows) {
        try (TraceReader reader = Traces.reader(2, List.of(rows))) {
            return TraceLoader.load(reader, true);
        }
    }

    @Test
    void scorePriority_groupsOfAStep_highestScoreCounts() {
        int[] low = {1, 2};
        int[] high = {2, 3};
        // Scores of the union: 1 has 5, 2 has 9, 3 has 7. With three slots and two new entries only 2 is left of it.
        var trace = withScores(
                scored(0, 0, 0, low, 5, 1),
                scored(0, 0, 1, high, 9, 7),
                scored(1, 0, 0, new int[] {10}, 20),
                scored(2, 0, 0, new int[] {1, 2, 3}, 0, 0, 0));
        AccessStream stream =
                AccessStreams.of(trace, Granularity.TOKEN, Sharing.UNIFIED).getFirst();
        assertThat(stream.scores()).containsExactly(5, 9, 7, 20, 0, 0, 0);
        // After step 0 its own entry pushes 1 out, after step 1 two more leave: 3 with 7 and the own entry with 5.
        assertThat(hits(trace, "score-priority", Granularity.TOKEN, Sharing.UNIFIED, 3))
                .isEqualTo(1);
        var pages = AccessStreams.of(trace, new Granularity(2), Sharing.UNIFIED).getFirst();
        assertThat(pages.scores()).startsWith(5, 9, 20, 0, 0);
    }

    @Test
    void scorePriority_traceWithoutScores_saysHowToGetThem() {
        assertThatThrownBy(() -> withScores(Traces.row(0, 0, 9, 0, 1, 2)))
                .isInstanceOf(TraceException.class)
                .hasMessage("trace row 0 has no scores, which score-priority needs; trace again with --trace-scores");
        assertThat(SimulatedPolicies.needScores(SimulatedPolicies.parseList("opt,lru,quota:score-priority")))
                .isTrue();
        assertThat(SimulatedPolicies.needScores(SimulatedPolicies.parseList("opt,quota")))
                .isFalse();
    }

    @Test
    void streams_ofEverySharing_numberLanesByRequestAndLayer() {
        var trace = Traces.load(
                1,
                Traces.row(4, 0, 9, 2, 0),
                Traces.row(4, 0, 9, 5, 0),
                Traces.row(7, 0, 9, 2, 0),
                Traces.row(7, 0, 9, 5, 0));
        var unified = AccessStreams.of(trace, Granularity.TOKEN, Sharing.UNIFIED)
                .getFirst()
                .lanes();
        assertThat(unified.ofBatch()).containsExactly(0, 1, 2, 3);
        assertThat(unified.layers() * unified.sequences()).isEqualTo(4);
        var ofLayer5 = AccessStreams.of(trace, Granularity.TOKEN, Sharing.LAYER)
                .getLast()
                .lanes();
        assertThat(ofLayer5.ofBatch()).containsExactly(0, 1);
        assertThat(ofLayer5.layers()).isEqualTo(1);
        var ofRequest7 = AccessStreams.of(trace, Granularity.TOKEN, Sharing.SEQUENCE)
                .getLast()
                .lanes();
        assertThat(ofRequest7.ofBatch()).containsExactly(0, 1);
        assertThat(ofRequest7.sequences()).isEqualTo(1);
    }
}
