package dev.tarn.sim.replay;

import dev.tarn.sim.access.AccessTrace;
import dev.tarn.sim.access.Granularity;
import dev.tarn.sim.access.Sharing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Simulates every combination that a configuration asks for. The results do not depend on the number of threads. */
public final class Simulator {
    private record Division(Granularity granularity, Sharing sharing) {}

    private record Job(String policy, long capacity, Division division) {}

    private final AccessTrace trace;
    private final SimulationConfig config;

    private Simulator(AccessTrace trace, SimulationConfig config) {
        this.trace = trace;
        this.config = config;
    }

    /** Runs all combinations; those that do not depend on one another run in parallel. */
    public static SimulationReport run(AccessTrace trace, SimulationConfig config) {
        return new Simulator(trace, config).run();
    }

    private SimulationReport run() {
        long start = System.nanoTime();
        List<Job> jobs = jobs();
        Map<Job, SimulationResult> done = new HashMap<>();
        // One division at a time, so that no more than one copy of the trace is held.
        for (Division division : jobs.stream().map(Job::division).distinct().toList()) {
            var mine = jobs.stream().filter(job -> job.division.equals(division));
            results(division, mine.distinct().toList(), done);
        }
        double seconds = (System.nanoTime() - start) * 1e-9;
        return new SimulationReport(
                jobs.stream().map(done::get).toList(),
                trace.distinctEntries(),
                Cliff.of(trace).orElse(null),
                seconds);
    }

    private List<Job> jobs() {
        var jobs = new ArrayList<Job>();
        for (String policy : config.policies()) {
            for (Capacity capacity : config.capacities()) {
                for (Granularity granularity : config.granularities()) {
                    for (Sharing sharing : config.sharings()) {
                        long entries = capacity.entries(trace.distinctEntries());
                        jobs.add(new Job(
                                policy,
                                entries,
                                new Division(SimulationConfig.granularity(policy, granularity), sharing)));
                    }
                }
            }
        }
        return jobs;
    }

    private void results(Division division, List<Job> jobs, Map<Job, SimulationResult> done) {
        Pools pools = Pools.of(trace, division.granularity, division.sharing);
        jobs.stream().map(Job::policy).distinct().forEach(pools::prepare);
        var results = jobs.parallelStream().map(job -> result(pools, job)).toList();
        for (int i = 0; i < results.size(); i++) {
            done.put(jobs.get(i), results.get(i));
        }
    }

    private SimulationResult result(Pools pools, Job job) {
        long accesses = pools.accesses();
        long hits = pools.hits(job.policy, job.capacity, config.seed());
        long misses = accesses - hits;
        Division division = job.division;
        return new SimulationResult(
                job.policy,
                job.capacity,
                division.granularity.toString(),
                division.sharing.toString(),
                accesses,
                hits,
                misses,
                misses * division.granularity.page());
    }
}
