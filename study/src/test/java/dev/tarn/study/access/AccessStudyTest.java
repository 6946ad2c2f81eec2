package dev.tarn.study.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.sim.access.Granularity;
import dev.tarn.sim.access.Sharing;
import dev.tarn.sim.access.TraceLoader;
import dev.tarn.sim.hardware.SlowdownPoint;
import dev.tarn.sim.replay.Capacity;
import dev.tarn.sim.replay.SimulationConfig;
import dev.tarn.sim.replay.SimulationResult;
import dev.tarn.sim.replay.Simulator;
import dev.tarn.study.StudyException;
import dev.tarn.study.Tiny;
import dev.tarn.trace.TraceMetadata;
import dev.tarn.trace.TraceReader;
import dev.tarn.trace.TraceWriter;
import dev.tarn.trace.Traces;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessStudyTest {
    private static final int[] FIRST = {0, 1, 2, 3};
    private static final int[] OTHER = {0, 1, 2, 4};

    @TempDir
    private Path folder;

    /** Two layers of k = 4; layer 0 always reads FIRST, layer 1 FIRST and OTHER in turn; positions 10 … 69. */
    private Path trace(int steps) {
        Path file = folder.resolve("hand.parquet");
        TraceMetadata metadata = new TraceMetadata("1", "hand", "dsa:k=4", 2, 1, 100, 4, 1, "00", Map.of());
        try (TraceWriter writer = Traces.create(file, metadata, false)) {
            for (int step = 0; step < steps; step++) {
                for (int layer = 0; layer < 2; layer++) {
                    int[] read = layer == 1 && step % 2 == 1 ? OTHER : FIRST;
                    writer.write(0, step, 10 + step, layer, -1, 1, Float.NaN, read, 4, null);
                }
            }
        }
        return file;
    }

    private static ReserveOptions options(List<String> policies, int sequences, double mlp) {
        return new ReserveOptions(
                policies,
                List.of(1, 2),
                List.of(Sharing.UNIFIED, Sharing.LAYER),
                List.of(1),
                List.of(1e-3),
                List.of(2e-7),
                sequences,
                mlp,
                5);
    }

    @Test
    void rows_areWhatTheSimulatorSaysAtEachCapacity() {
        Path file = trace(60);
        ReserveOptions options = options(List.of("lru", "opt", "random"), 3, 2);
        Tiny.Progress progress = new Tiny.Progress();

        AccessResult result = AccessStudy.run(file, 16, options, progress);

        assertThat(progress.done).isEqualTo(progress.totals);
        assertThat(result.cliff().entries()).isEqualTo(8);
        assertThat(result.rows()).hasSize(3 * 11 * 2 * 2);
        List<SimulationResult> want = simulate(file, options, result.rows());
        for (int i = 0; i < want.size(); i++) {
            PolicyRow row = result.rows().get(i);
            SimulationResult one = want.get(i);
            assertThat(new SimulationResult(
                            row.policy(),
                            row.capacity(),
                            row.granularity(),
                            row.sharing(),
                            row.accesses(),
                            row.hits(),
                            row.misses(),
                            row.fetched()))
                    .isEqualTo(one);
            assertThat(row.capacityBytes()).isEqualTo(100 * row.capacity());
            assertThat(row.footprints()).isEqualTo(row.capacity() / 8.0);
            assertThat(row.hitRate()).isEqualTo((double) row.hits() / row.accesses());
            assertThat(row.missesPerStep()).isEqualTo(row.misses() / 60.0);
        }
    }

    private static List<SimulationResult> simulate(Path file, ReserveOptions options, List<PolicyRow> rows) {
        List<Capacity> capacities = rows.stream()
                .map(PolicyRow::capacity)
                .distinct()
                .map(Capacity::ofEntries)
                .toList();
        try (TraceReader reader = Traces.open(file)) {
            return Simulator.run(
                            TraceLoader.load(reader),
                            new SimulationConfig(
                                    options.policies(),
                                    capacities,
                                    options.granularities().stream()
                                            .map(Granularity::new)
                                            .toList(),
                                    options.sharings(),
                                    options.seed()))
                    .results();
        }
    }

    /**
     * Nothing fits below 8 entries under LRU: 8 misses a step. With 16 entries each of the 9 distinct entries misses once.
     * T = 1 ms, 200 ns over MLP 2, 3 sequences, r = 2 layers × 3: slowdown = (1e-3 + 3 m 1e-7) / (1e-3 + 6e-7).
     */
    @Test
    void slowdown_ofHandMadeTrace_isLevysFormula() {
        AccessResult result = AccessStudy.run(trace(60), 16, options(List.of("lru"), 3, 2), new Tiny.Progress());

        assertThat(row(result, 6).missesPerStep()).isEqualTo(8);
        assertThat(row(result, 6).slowdown()).isCloseTo((1e-3 + 24e-7) / (1e-3 + 6e-7), within(1e-12));
        assertThat(row(result, 16).misses()).isEqualTo(9);
        assertThat(row(result, 16).slowdown()).isCloseTo((1e-3 + 3 * 9 / 60.0 * 1e-7) / (1e-3 + 6e-7), within(1e-12));
        SlowdownPoint none = result.slowdowns().getFirst();
        assertThat(none.capacity()).isZero();
        assertThat(none.slowdown()).isCloseTo((1e-3 + 24e-7) / (1e-3 + 6e-7), within(1e-12));
        assertThat(result.slowdowns()).hasSize(12);
    }

    private static PolicyRow row(AccessResult result, long capacity) {
        return result.rows().stream()
                .filter(row -> row.capacity() == capacity
                        && row.granularity().equals("token")
                        && row.sharing().equals("unified"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void emptyTrace_isRefused() {
        Path file = trace(0);

        assertThatThrownBy(() -> AccessStudy.run(file, 16, options(List.of("lru"), 1, 1), new Tiny.Progress()))
                .isInstanceOf(StudyException.class)
                .hasMessage("the trace is empty; decode at least one step");
    }

    @Test
    void options_wrong_areRefusedBeforeAnythingRuns() {
        assertThatThrownBy(() -> options(List.of("zzz"), 1, 1)).hasMessageContaining("unknown policy 'zzz'");
        assertThatThrownBy(() -> options(List.of(), 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options(List.of("lru"), 0, 1)).hasMessageContaining("sequences is 0");
        assertThatThrownBy(() -> options(List.of("lru"), 1, 0)).hasMessageContaining("MLP is 0");
    }
}
