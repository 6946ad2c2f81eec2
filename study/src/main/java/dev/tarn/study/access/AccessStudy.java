package dev.tarn.study.access;

import dev.tarn.sim.access.AccessTrace;
import dev.tarn.sim.access.Granularity;
import dev.tarn.sim.access.Sharing;
import dev.tarn.sim.access.TraceLoader;
import dev.tarn.sim.analysis.Analyzer;
import dev.tarn.sim.hardware.SerialMissModel;
import dev.tarn.sim.hardware.SlowdownGrid;
import dev.tarn.sim.hardware.SlowdownOptions;
import dev.tarn.sim.replay.Capacity;
import dev.tarn.sim.replay.Cliff;
import dev.tarn.sim.replay.CurvePoints;
import dev.tarn.sim.replay.MissRatioCurve;
import dev.tarn.sim.replay.Pools;
import dev.tarn.sim.replay.SimulationConfig;
import dev.tarn.sim.replay.SimulationResult;
import dev.tarn.sim.replay.Simulator;
import dev.tarn.study.StudyException;
import dev.tarn.study.StudyListener;
import dev.tarn.trace.TraceReader;
import dev.tarn.trace.Traces;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads a trace back, analyses it, and replays it through caches of many sizes. */
public final class AccessStudy {
    /** Reservations of the table, in units of layers × k. */
    private static final double[] FOOTPRINTS = {0.25, 0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2, 3, 4};

    private static final int CURVE_POINTS = 40;
    /** Curves begin at this part of layers × k: below it every policy but OPT misses everything. */
    private static final int CURVE_START = 64;

    private final ReserveOptions options;
    private final AccessTrace trace;
    private final Cliff cliff;

    private AccessStudy(AccessTrace trace, ReserveOptions options) {
        this.options = options;
        this.trace = trace;
        this.cliff =
                Cliff.of(trace).orElseThrow(() -> new StudyException("the trace is empty; decode at least one step"));
    }

    /** Studies a trace file. */
    public static AccessResult run(Path file, int page, ReserveOptions options, StudyListener listener) {
        listener.begin("analysis and simulation", 4);
        try (TraceReader reader = Traces.open(file)) {
            AccessStudy study = new AccessStudy(TraceLoader.load(reader), options);
            var analysis = Analyzer.analyze(study.trace, page);
            listener.advance(1);
            List<PolicyRow> rows = study.rows();
            listener.advance(1);
            List<CurveGroup> curves = study.curves();
            listener.advance(1);
            var slowdowns = SlowdownGrid.of(study.trace, study.slowdownOptions());
            listener.advance(1);
            return new AccessResult(study.trace, analysis, study.cliff, rows, curves, slowdowns);
        }
    }

    private List<Capacity> capacities() {
        return Arrays.stream(FOOTPRINTS)
                .mapToLong(f -> Math.round(f * cliff.entries()))
                .mapToObj(Capacity::ofEntries)
                .toList();
    }

    private List<PolicyRow> rows() {
        List<Granularity> granularities =
                options.granularities().stream().map(Granularity::new).toList();
        SimulationConfig config = new SimulationConfig(
                options.policies(), capacities(), granularities, options.sharings(), options.seed());
        return Simulator.run(trace, config).results().stream().map(this::row).toList();
    }

    private PolicyRow row(SimulationResult r) {
        double missesPerStep = (double) r.misses() / trace.sequenceSteps();
        double reads = (double) trace.layers().length * options.sequences();
        SerialMissModel model = new SerialMissModel(
                options.stepBudgets().getFirst(), reads, options.latencies().getFirst() / options.mlp());
        return new PolicyRow(
                r.policy(),
                r.granularity(),
                r.sharing(),
                r.capacity(),
                r.capacity() * trace.metadata().entryBytes(),
                (double) r.capacity() / cliff.entries(),
                r.accesses(),
                r.hits(),
                r.misses(),
                r.fetched(),
                (double) r.hits() / r.accesses(),
                missesPerStep,
                model.slowdown(missesPerStep * options.sequences()));
    }

    private List<CurveGroup> curves() {
        long[] points = Arrays.stream(CurvePoints.of(trace, CURVE_POINTS))
                .filter(capacity -> capacity * CURVE_START >= cliff.entries())
                .toArray();
        List<CurveGroup> groups = new ArrayList<>();
        for (int page : options.granularities()) {
            for (Sharing sharing : options.sharings()) {
                Pools pools = Pools.of(trace, new Granularity(page), sharing);
                List<MissRatioCurve> curves = options.policies().stream()
                        .map(policy -> MissRatioCurve.of(pools, policy, points, options.seed()))
                        .toList();
                groups.add(new CurveGroup(new Granularity(page).toString(), sharing.toString(), curves));
            }
        }
        return groups;
    }

    private SlowdownOptions slowdownOptions() {
        List<Capacity> capacities = new ArrayList<>(List.of(Capacity.ofEntries(0)));
        capacities.addAll(capacities());
        return new SlowdownOptions(
                capacities,
                options.pages(),
                options.stepBudgets(),
                options.latencies(),
                options.sharings().getFirst(),
                trace.metadata().entryBytes(),
                options.sequences(),
                options.mlp());
    }
}
