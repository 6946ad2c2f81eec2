package dev.tarn.study.distill;

import com.sun.management.OperatingSystemMXBean;
import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.model.architecture.Architecture;
import dev.tarn.study.StudyException;
import dev.tarn.study.distill.capture.WindowReader;
import dev.tarn.study.distill.capture.WindowReaders;
import dev.tarn.study.distill.network.IndexerShape;
import dev.tarn.study.distill.network.LayerNetwork;
import dev.tarn.study.distill.training.LayerPlan;
import dev.tarn.study.distill.training.TrainingOptions;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * What a run will take. The number of rounds follows from the options alone, by a nominal speed and not by the clock, so that the same
 * options give the same run.
 *
 * @param rounds new windows, each followed by some steps
 * @param operations multiplications and additions expected, the backbone's included
 * @param seconds time for training
 * @param poolBytes most memory that windows take, outside the heap
 * @param heapBytes memory of networks, gradients and moments
 * @param parameters of all indexers
 * @param threads threads that compute
 */
record RunPlan(
        int rounds, double operations, double seconds, long poolBytes, long heapBytes, long parameters, int threads) {
    /** Operations in a second that one thread is planned with. */
    private static final double NOMINAL = 20e9;
    /** The part of the time that the report may take: a tenth, at most this. */
    private static final double MOST_REPORT_SECONDS = 100;
    /** A run is planned anew only if it would miss its time by this factor. */
    private static final double PATIENCE = 1.02;

    /** The share of the machine's memory that a run may take. */
    private static final double MOST_MEMORY = 0.8;

    static RunPlan of(Architecture a, long weights, LayerPlan plan, IndexerShape shape, DistillOptions options) {
        TrainingOptions training = options.training();
        double whole = 60 * options.minutes();
        double seconds = whole - Math.min(MOST_REPORT_SECONDS, whole / 10);
        double round = expectedRound(a, weights, plan, shape, options);
        double affordable = seconds * options.threads() * NOMINAL;
        int rounds = options.steps() > 0
                ? Math.ceilDiv(options.steps(), training.stepsPerWindow())
                : (int) Math.max(1, affordable / round);
        int longest = options.mix().longest();
        int layers = plan.groups().size();
        long network = LayerNetwork.bytes(shape, a.attention(), longest, training.queriesPerWindow());
        long gradients = (long) layers * shape.parameters() * Float.BYTES * (3 + training.windowsPerStep());
        return new RunPlan(
                rounds,
                round * rounds,
                seconds,
                (training.pool() + WindowReaders.count(options.threads()))
                        * plan.capture(a).bytes(longest, training.queries() * training.stepsPerWindow()),
                options.threads() * network + gradients,
                (long) layers * shape.parameters(),
                options.threads());
    }

    /** Operations of one round, mean over the lengths of windows. */
    private static double expectedRound(
            Architecture a, long weights, LayerPlan plan, IndexerShape shape, DistillOptions options) {
        double sum = 0;
        double shares = 0;
        for (Map.Entry<Integer, Double> length : options.mix().lengths().entrySet()) {
            int tokens = length.getKey();
            int[] positions = new int[options.training().queries()];
            Arrays.fill(positions, tokens * 5 / 8);
            double steps = 0;
            AttentionShape attention = a.attention();
            for (var group : plan.groups()) {
                steps += LayerNetwork.operations(
                        shape,
                        attention,
                        group.size(),
                        positions,
                        tokens * options.training().windowsPerStep());
            }
            double round = WindowReader.operations(a, weights, tokens)
                    + options.training().stepsPerWindow() * steps;
            sum += length.getValue() * round;
            shares += length.getValue();
        }
        return sum / shares;
    }

    /**
     * How many rounds the run should have to end in time, the planned ones at most. A machine that was slow for a while gets rounds back.
     *
     * @param done rounds done
     * @param elapsed seconds that they took
     * @param current how many the run is to have now
     */
    int fitting(int done, double elapsed, int current) {
        if (done <= rounds / 10) {
            return current;
        }
        double most = seconds * done / elapsed;
        int fit = (int) Math.clamp(most, done + 1, Math.max(rounds, done + 1));
        return current > PATIENCE * most || fit > PATIENCE * current ? fit : current;
    }

    /** What the short report may take. */
    double reportOperations() {
        return MOST_REPORT_SECONDS / 2 * threads * NOMINAL;
    }

    String describe() {
        return String.format(
                Locale.ROOT,
                "%d rounds, about %.1f TFLOP; %.2f M parameters; memory: windows up to %.2f GiB, training %.2f GiB",
                rounds,
                operations / 1e12,
                parameters / 1e6,
                poolBytes / (double) (1 << 30),
                heapBytes / (double) (1 << 30));
    }

    void requireMemory() {
        long memory =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
        if (poolBytes + heapBytes > MOST_MEMORY * memory) {
            throw new StudyException(String.format(
                    Locale.ROOT,
                    "training would take up to %.1f GiB of this machine's %.1f; give a smaller --pool or shorter --contexts",
                    (poolBytes + heapBytes) / (double) (1 << 30),
                    memory / (double) (1 << 30)));
        }
    }
}
