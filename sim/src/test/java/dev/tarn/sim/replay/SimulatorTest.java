package dev.tarn.sim.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.sim.Traces;
import dev.tarn.sim.access.AccessTrace;
import dev.tarn.sim.access.Granularity;
import dev.tarn.sim.access.Sharing;
import dev.tarn.trace.TraceRow;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatorTest {
    private static SimulationReport simulate(
            AccessTrace trace, String policies, String capacities, String granularities, String sharings) {
        return Simulator.run(
                trace,
                new SimulationConfig(
                        SimulatedPolicies.parseList(policies),
                        Capacity.parseList(capacities),
                        Granularity.parseList(granularities),
                        Sharing.parseList(sharings),
                        1));
    }

    private static long hits(AccessTrace trace, String policy, long capacity, String granularity, String sharing) {
        return simulate(trace, policy, String.valueOf(capacity), granularity, sharing)
                .results()
                .getFirst()
                .hits();
    }

    @Test
    void lru_byHand_emptyAtFirstAndHighestPositionsStay() {
        var trace = Traces.load(3, Traces.row(0, 0, 9, 0, 1, 2, 3), Traces.row(0, 1, 10, 0, 1, 2, 3));
        // After step 0: 9 on top, then 3, 2, 1. With three slots 9, 3 and 2 are resident.
        assertThat(hits(trace, "lru", 3, "token", "unified")).isEqualTo(2);
        assertThat(hits(trace, "lru", 4, "token", "unified")).isEqualTo(3);
        assertThat(hits(trace, "lru", 1, "token", "unified")).isZero();
        // OPT need not keep 9.
        assertThat(hits(trace, "opt", 1, "token", "unified")).isEqualTo(1);
        assertThat(hits(trace, "opt", 3, "token", "unified")).isEqualTo(3);
    }

    @Test
    void ownPosition_selected_isNeitherHitNorMissButHitsLater() {
        var trace = Traces.load(2, Traces.row(0, 0, 5, 0, 0, 5), Traces.row(0, 1, 6, 0, 5, 6));
        var result = simulate(trace, "lru", "8", "token", "unified").results().getFirst();
        assertThat(result).isEqualTo(new SimulationResult("lru", 8, "token", "unified", 2, 1, 1, 1));
    }

    @Test
    void ownPosition_notSelected_isResidentAllTheSame() {
        var trace = Traces.load(1, Traces.row(0, 0, 5, 0, 0), Traces.row(0, 1, 6, 0, 5));
        assertThat(hits(trace, "lru", 1, "token", "unified")).isEqualTo(1);
        assertThat(hits(trace, "opt", 1, "token", "unified")).isEqualTo(1);
        assertThat(hits(trace, "fifo", 1, "token", "unified")).isEqualTo(1);
    }

    @Test
    void pages_missesCountPagesAndFetchedCountsEntries() {
        var trace = Traces.load(3, Traces.row(0, 0, 40, 0, 0, 1, 20), Traces.row(0, 1, 41, 0, 2, 21, 25));
        var result =
                simulate(trace, "lru", "48", "page:16", "unified").results().getFirst();
        assertThat(result).isEqualTo(new SimulationResult("lru", 48, "page:16", "unified", 4, 2, 2, 32));
        // 47 entries hold two whole pages: the page being written, and page 1.
        assertThat(hits(trace, "lru", 47, "page:16", "unified")).isEqualTo(1);
        assertThat(hits(trace, "lru", 15, "page:16", "unified")).isZero();
    }

    @Test
    void cliff_layersInterleaved_lruHitsNothingBelowAndOptInProportion() {
        var rows = new ArrayList<TraceRow>();
        for (int step = 0; step < 100; step++) {
            for (int layer = 0; layer < 4; layer++) {
                rows.add(Traces.row(0, step, 50 + step, layer, 0, 1, 2, 3, 4));
            }
        }
        var trace = Traces.load(5, rows);
        Cliff cliff = Cliff.of(trace).orElseThrow();
        assertThat(cliff).isEqualTo(new Cliff(4, 5, 20));
        assertThat(hits(trace, "lru", 15, "token", "unified")).isZero();
        assertThat(hits(trace, "opt", 10, "token", "unified")).isEqualTo(99 * 10);
        // The own entries of a step take four slots more.
        assertThat(hits(trace, "lru", 24, "token", "unified")).isEqualTo(99 * 20);
        assertThat(hits(trace, "lru", 24, "token", "layer")).isEqualTo(99 * 20);
    }

    @Test
    void sharing_layer_remainderGoesToTheLowestLayers() {
        var rows = new ArrayList<TraceRow>();
        for (int step = 0; step < 3; step++) {
            for (int layer = 0; layer < 2; layer++) {
                rows.add(Traces.row(0, step, 9 + step, layer, 0));
            }
        }
        var trace = Traces.load(1, rows);
        // With its own entry on top, a layer needs two slots to hit; three slots are two and one.
        assertThat(hits(trace, "lru", 3, "token", "layer")).isEqualTo(2);
        assertThat(hits(trace, "lru", 4, "token", "layer")).isEqualTo(4);
        assertThat(hits(trace, "lru", 2, "token", "layer")).isZero();
    }

    @Test
    void sharing_sequence_givesEachRequestItsOwnSlots() {
        var trace = Traces.load(
                1,
                Traces.row(0, 0, 9, 0, 0),
                Traces.row(1, 0, 9, 0, 0),
                Traces.row(0, 1, 10, 0, 0),
                Traces.row(1, 1, 10, 0, 0));
        assertThat(hits(trace, "lru", 4, "token", "sequence")).isEqualTo(2);
        assertThat(hits(trace, "lru", 3, "token", "sequence")).isEqualTo(1);
        assertThat(hits(trace, "lru", 3, "token", "unified")).isZero();
    }

    @Test
    void run_allCombinations_conserveAccessesAndKeepTheOrderAskedFor() {
        var trace = Traces.load(8, Traces.random(3, 2, 30, 3, 40, 8));
        var report = simulate(trace, "opt,lru,fifo,random", "7,25%,0", "page:4,token", "layer,unified,sequence");
        assertThat(report.results()).hasSize(4 * 3 * 2 * 3).allSatisfy(result -> {
            assertThat(result.hits() + result.misses()).isEqualTo(result.accesses());
            assertThat(result.hits()).isNotNegative();
        });
        assertThat(report.results().get(0))
                .extracting(SimulationResult::policy, SimulationResult::granularity)
                .containsExactly("opt", "page:4");
        assertThat(report.results().get(1).sharing()).isEqualTo("unified");
        assertThat(report.results().get(6).capacity()).isEqualTo(report.distinctEntries() / 4);
        assertThat(report.results())
                .filteredOn(result -> result.capacity() == 0)
                .allSatisfy(result -> assertThat(result.hits()).isZero());
        var again = simulate(trace, "opt,lru,fifo,random", "7,25%,0", "page:4,token", "layer,unified,sequence");
        assertThat(again.results()).isEqualTo(report.results());
    }

    @Test
    void run_emptyTrace_givesZeroAccesses() {
        var report = simulate(Traces.load(4), "lru,opt,random", "4,50%", "token", "unified,layer");
        assertThat(report.results())
                .allSatisfy(result -> assertThat(result.accesses()).isZero());
        assertThat(report.cliff()).isNull();
    }

    @Test
    void missRatioCurve_lru_fallsToTheFirstUses() {
        var trace = Traces.load(8, Traces.random(3, 1, 60, 2, 40, 8));
        long[] points = CurvePoints.of(trace, 20);
        assertThat(points)
                .isSorted()
                .startsWith(1)
                .endsWith(trace.distinctEntries())
                .contains(16, 15, 17);
        var pools = Pools.of(trace, Granularity.TOKEN, Sharing.UNIFIED);
        var lru = MissRatioCurve.of(pools, "lru", points, 0);
        var opt = MissRatioCurve.of(pools, "opt", points, 0);
        for (int i = 1; i < points.length; i++) {
            assertThat(lru.missRatios()[i]).isLessThanOrEqualTo(lru.missRatios()[i - 1]);
            assertThat(opt.missRatios()[i]).isLessThanOrEqualTo(lru.missRatios()[i]);
        }
    }

    @Test
    void parse_wrongWords_sayWhatToUse() {
        assertThat(Capacity.parseList("1024, 12.5%"))
                .extracting(capacity -> capacity.entries(1000))
                .containsExactly(1024L, 125L);
        assertThatThrownBy(() -> Capacity.parse("1k"))
                .hasMessage("capacity '1k' is neither entries nor a percentage; use a form such as 1024 or 25%");
        assertThatThrownBy(() -> SimulatedPolicies.parseList("lru,belady"))
                .hasMessage(
                        "unknown policy 'belady'; use one of lru, opt, fifo, random, clock, lfu, 2q, arc, s3-fifo, sieve,"
                                + " score-priority, page-lru, quota, next-visit");
        assertThatThrownBy(() -> new SimulationConfig(List.of("arc2"), List.of(), List.of(), List.of(), 0))
                .hasMessageStartingWith("unknown policy 'arc2'");
    }
}
