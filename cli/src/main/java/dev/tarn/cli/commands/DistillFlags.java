package dev.tarn.cli.commands;

import dev.tarn.engine.model.architecture.Architecture;
import dev.tarn.study.distill.DistillOptions;
import dev.tarn.study.distill.WeightType;
import dev.tarn.study.distill.network.Objective;
import dev.tarn.study.distill.text.TextMix;
import dev.tarn.study.distill.training.TrainingOptions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** How an indexer is trained: options of {@code tarn distill}. */
final class DistillFlags {
    @Option(
            names = "--minutes",
            paramLabel = "N",
            description =
                    "Time for training and short report; as much is trained as a machine of nominal speed does in it.")
    private double minutes = 15;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Steps to take, whatever the time; 0: as --minutes says.")
    private int steps;

    @Option(names = "--heads", paramLabel = "N", description = "Index heads.")
    private int heads = 4;

    @Option(
            names = "--dim",
            paramLabel = "N",
            description = "Dimensions of an index key; 0: 64, or 32 where the model's hidden size is below 512.")
    private int dim;

    @Option(names = "--rope-dims", paramLabel = "N", description = "Rotated dimensions of it; 0: half of them.")
    private int ropeDims;

    @Option(names = "--sink", paramLabel = "N", description = "First positions that selections always keep.")
    private int sink = 4;

    @Option(names = "--recent", paramLabel = "N", description = "Newest positions that selections always keep.")
    private int recent = 16;

    @Option(
            names = "--contexts",
            split = ",",
            paramLabel = "N[:SHARE],...",
            description = "Tokens of training windows, and how large a share of the windows has them.")
    private List<String> contexts = List.of("1024:0.2", "2048:0.4", "4096:0.25", "8192:0.15");

    @Option(
            names = "--facts",
            paramLabel = "SHARE",
            description = "Share of windows with generated facts and questions.")
    private double facts = 0.4;

    @Option(
            names = "--tail-queries",
            paramLabel = "SHARE",
            description = "Share of the sampled queries on questions and answers, where a window has some.")
    private double tailQueries = 0.5;

    @Option(
            names = "--max-share",
            paramLabel = "SHARE",
            description = "How much of the target is the maximum over heads instead of their mean.")
    private float maxShare;

    @Option(
            names = "--far",
            paramLabel = "X",
            description = "Weight queries by their attention outside what is always kept, to this power; 0: all alike.")
    private float far;

    @Option(names = "--queries", paramLabel = "N", description = "Sampled queries of a step.")
    private int queries = 256;

    @Option(names = "--windows-per-step", paramLabel = "N", description = "Windows that a step's queries come from.")
    private int windowsPerStep = 2;

    @Option(names = "--steps-per-window", paramLabel = "N", description = "Steps after each new window.")
    private int stepsPerWindow = 16;

    @Option(names = "--pool", paramLabel = "N", description = "Windows whose activations are kept.")
    private int pool = 8;

    @Option(names = "--learning-rate", paramLabel = "X", description = "Adam's rate at its highest.")
    private float learningRate = 2e-3f;

    @Option(
            names = "--muon",
            paramLabel = "X",
            description =
                    "Muon's rate at its highest, for the projections of queries and keys; 0: Adam trains them too.")
    private float muon = 0.05f;

    @Option(
            names = "--share",
            paramLabel = "N",
            description = "Layers that use one indexer's selections, which is trained to serve them all.")
    private int share = 1;

    @Option(
            names = "--selected-stage",
            paramLabel = "SHARE",
            description = "Last share of the steps whose loss covers the best-ranked candidates only.")
    private double selectedStage;

    @Option(names = "--selected", paramLabel = "N", description = "How many those are.")
    private int selected = 512;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of weights, windows and queries.")
    private long seed = 1;

    @Option(names = "--dtype", paramLabel = "f16|bf16|f32", description = "How weights are stored.")
    WeightType type = WeightType.F16;

    /** Reads the options; windows longer than the model's context become as long as that. */
    DistillOptions read(int threads, Architecture architecture) {
        return Parsed.option("distill", () -> {
            Objective objective = new Objective(sink, recent, maxShare, 0, far);
            TrainingOptions training = new TrainingOptions(
                    objective,
                    queries,
                    windowsPerStep,
                    stepsPerWindow,
                    pool,
                    learningRate,
                    muon,
                    tailQueries,
                    share,
                    selectedStage,
                    selected,
                    seed);
            TextMix mix = new TextMix(lengths(architecture.contextLength()), facts, seed);
            int width = dim == 0 ? usualDim(architecture) : dim;
            return new DistillOptions(
                    training, mix, heads, width, ropeDims == 0 ? width / 4 * 2 : ropeDims, steps, minutes, threads);
        });
    }

    private static int usualDim(Architecture architecture) {
        return architecture.hidden() < 512 ? 32 : 64;
    }

    private Map<Integer, Double> lengths(int contextLength) {
        Map<Integer, Double> lengths = new TreeMap<>();
        for (String context : contexts) {
            int colon = context.indexOf(':');
            try {
                int tokens = Integer.parseInt(colon < 0 ? context : context.substring(0, colon));
                double part = colon < 0 ? 1 : Double.parseDouble(context.substring(colon + 1));
                lengths.merge(Math.min(tokens, contextLength), part, Double::sum);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("--contexts has '" + context + "'; give tokens, or tokens:share", e);
            }
        }
        return lengths;
    }
}
