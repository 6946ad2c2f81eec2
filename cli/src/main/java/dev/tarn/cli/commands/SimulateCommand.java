package dev.tarn.cli.commands;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.cli.command.TarnCommand;
import dev.tarn.cli.console.TextTable;
import dev.tarn.cli.console.Units;
import dev.tarn.cli.failure.UsageException;
import dev.tarn.cli.machine.Machine;
import dev.tarn.engine.compute.cpu.KernelProvider;
import dev.tarn.sim.access.AccessTrace;
import dev.tarn.sim.access.Granularity;
import dev.tarn.sim.access.Sharing;
import dev.tarn.sim.access.TraceLoader;
import dev.tarn.sim.hardware.SlowdownGrid;
import dev.tarn.sim.hardware.SlowdownOptions;
import dev.tarn.sim.hardware.SlowdownPoint;
import dev.tarn.sim.replay.Capacity;
import dev.tarn.sim.replay.Cliff;
import dev.tarn.sim.replay.SimulatedPolicies;
import dev.tarn.sim.replay.SimulationConfig;
import dev.tarn.sim.replay.SimulationReport;
import dev.tarn.sim.replay.SimulationResult;
import dev.tarn.sim.replay.Simulator;
import dev.tarn.trace.TraceReader;
import dev.tarn.trace.Traces;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tarn simulate}: a trace replayed through caches, and Levy's slowdown. */
public final class SimulateCommand extends TarnCommand {
    @Mixin
    private final SlowdownInputs inputs = new SlowdownInputs();

    @Option(names = "--slowdown", description = "Also price the capacities by Levy's serial-miss slowdown under LRU.")
    private boolean slowdown;

    @Option(
            names = "--entry-bytes",
            paramLabel = "N",
            description = "Bytes of an entry (slowdown); by default the trace's.")
    private @Nullable Long entryBytes;

    @Option(names = "--trace", paramLabel = "FILE", description = "The trace (Parquet).")
    private @Nullable Path trace;

    @Option(
            names = "--policy",
            paramLabel = "P,...",
            description = "lru, opt, fifo, random[:seed=N], clock, lfu, 2q[:in=0.25,out=0.5], arc,"
                    + " s3-fifo[:small=0.1,ghost=0.9], sieve, score-priority (traces with --trace-scores), page-lru[:16],"
                    + " quota[:P] (a share for each layer), next-visit.")
    private String policy = "lru,opt,fifo,random";

    @Option(
            names = "--capacity",
            paramLabel = "N|N%%,...",
            description = "Entries, or per cent of the trace's distinct ones.")
    private String capacity = "5%,10%,25%,50%";

    @Option(names = "--granularity", paramLabel = "G,...", description = "token, page:N.")
    private String granularity = "token";

    @Option(names = "--sharing", paramLabel = "S,...", description = "unified, layer, sequence.")
    private String sharing = "unified";

    @Option(names = "--seed", paramLabel = "N", description = "Seed of policies that draw.")
    private long seed;

    @Override
    protected void run(CommandContext context) {
        if (trace == null) {
            throw new UsageException("--trace FILE is missing; name the trace to replay");
        }
        SimulationConfig config = config();
        if (!slowdown && (entryBytes != null || inputs.areChanged())) {
            throw new UsageException("inputs of the slowdown are given without --slowdown; add it");
        }
        try (TraceReader reader = Traces.open(trace)) {
            AccessTrace access = TraceLoader.load(reader, SimulatedPolicies.needScores(config.policies()));
            SimulationReport report = Simulator.run(access, config);
            List<SlowdownPoint> points = slowdown
                    ? SlowdownGrid.of(
                            access, slowdownOptions(config, access.metadata().entryBytes()))
                    : List.of();
            if (context.json()) {
                print(context, access, report, points);
            } else {
                describe(context, access, report, points);
            }
        }
    }

    private SimulationConfig config() {
        List<String> policies = Parsed.option("--policy", () -> SimulatedPolicies.parseList(policy));
        List<Capacity> capacities = Parsed.option("--capacity", () -> Capacity.parseList(capacity));
        List<Granularity> granularities = Parsed.option("--granularity", () -> Granularity.parseList(granularity));
        List<Sharing> sharings = Parsed.option("--sharing", () -> Sharing.parseList(sharing));
        return Parsed.option(
                "--policy", () -> new SimulationConfig(policies, capacities, granularities, sharings, seed));
    }

    private SlowdownOptions slowdownOptions(SimulationConfig config, long traceEntryBytes) {
        return Parsed.option(
                "--slowdown",
                () -> new SlowdownOptions(
                        config.capacities(),
                        inputs.pages,
                        inputs.stepBudgetSeconds(),
                        inputs.latencySeconds(),
                        config.sharings().getFirst(),
                        entryBytes == null ? traceEntryBytes : entryBytes,
                        inputs.sequences,
                        inputs.mlp));
    }

    private static void print(
            CommandContext context, AccessTrace access, SimulationReport report, List<SlowdownPoint> points) {
        AnalyzeCommand.describe(context.document(), access.metadata())
                .machine(Machine.read(KernelProvider.select().vectorBits()))
                .put("distinct_entries", report.distinctEntries())
                .put("cliff", report.cliff())
                .put("results", report.results())
                .put("slowdown", points.isEmpty() ? null : SlowdownFields.of(points))
                .put("accesses_per_s", report.accessesPerSecond())
                .printTo(context.console());
    }

    private static void describe(
            CommandContext context, AccessTrace access, SimulationReport report, List<SlowdownPoint> points) {
        context.console()
                .out()
                .println(access.metadata().model() + ", " + access.metadata().attention() + ", "
                        + Units.si((double) report.distinctEntries()) + " distinct entries of "
                        + access.metadata().entryBytes() + " bytes");
        TextTable table = new TextTable()
                .words("policy")
                .words("granularity")
                .words("sharing")
                .numbers("capacity")
                .numbers("accesses")
                .numbers("hit rate")
                .numbers("fetched");
        for (SimulationResult r : report.results()) {
            table.row(
                    r.policy(),
                    r.granularity(),
                    r.sharing(),
                    r.capacity(),
                    r.accesses(),
                    r.accesses() == 0 ? "" : Units.percent((double) r.hits() / r.accesses()),
                    r.fetched());
        }
        table.printTo(context.console());
        Cliff cliff = report.cliff();
        if (cliff != null) {
            context.console()
                    .out()
                    .println("the cliff: one step reads " + cliff.entries() + " entries (" + cliff.layers()
                            + " layers x k); below that a unified LRU hits next to nothing");
        }
        if (!points.isEmpty()) {
            SlowdownFields.table(points).printTo(context.console());
        }
    }
}
