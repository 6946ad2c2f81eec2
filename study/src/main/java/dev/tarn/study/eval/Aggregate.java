package dev.tarn.study.eval;

import dev.tarn.study.meter.Calibration;
import dev.tarn.study.meter.Histogram;
import dev.tarn.study.meter.MassSums;
import dev.tarn.study.meter.Reads;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Windows' scores put together. */
final class Aggregate {
    private static final int BUCKETS = 8;
    private static final MassSums.Sum NO_MASS = new MassSums.Sum(0, 0, 0, 0, 0);

    private final int context;
    private final List<WindowScore> windows;
    private final List<MassSums> masses;
    private final Reads reads;

    /**
     * The scores of windows of one length under one attention.
     *
     * @param windows at least one
     */
    Aggregate(int context, List<WindowScore> windows) {
        this.context = context;
        this.windows = windows;
        this.masses = windows.stream()
                .map(WindowScore::masses)
                .filter(Objects::nonNull)
                .toList();
        this.reads = Reads.sum(windows.stream().map(WindowScore::reads).toList());
    }

    /** All figures; {@code every} as of {@link EvalOptions#every}. */
    TextScores scores(int every) {
        Stretch all = sum(0, Stretch.COUNT);
        Stretch half = sum(Stretch.COUNT / 2, Stretch.COUNT);
        ClusterMean excess = text(Stretch::excess);
        ClusterMean kl = text(Stretch::kl);
        ClusterMean agree = text(stretch -> (double) stretch.agree());
        ClusterMean recall = mass(MassSums.Sum::recall);
        ClusterMean oracle = mass(MassSums.Sum::oracleRecall);
        ClusterMean members = mass(MassSums.Sum::setRecall);
        ClusterMean error = mass(MassSums.Sum::outputError);
        double ratio = Math.exp(excess.mean());
        return new TextScores(
                windows.size(),
                all.perplexity(),
                all.perplexityError(),
                half.perplexity(),
                half.perplexityError(),
                ratio,
                ratio * excess.standardError(),
                kl.mean(),
                kl.standardError(),
                agree.mean(),
                agree.standardError(),
                recall.mean(),
                recall.standardError(),
                oracle.mean(),
                oracle.standardError(),
                members.mean(),
                members.standardError(),
                error.mean(),
                error.standardError(),
                reads.entryBytesPerToken(),
                reads.indexBytesPerToken(),
                new TextScores.Budget(reads.meanBudget(), reads.budgets().quantile(0.95)),
                every,
                buckets(),
                layers(),
                spread(reads.stepBudgets()),
                psa());
    }

    private Stretch sum(int from, int to) {
        return windows.stream()
                .flatMap(window -> window.stretches().subList(from, to).stream())
                .reduce(Stretch.NONE, Stretch::plus);
    }

    private ClusterMean text(ToDoubleFunction<Stretch> value) {
        return text(value, 0, Stretch.COUNT);
    }

    private ClusterMean text(ToDoubleFunction<Stretch> value, int from, int to) {
        ClusterMean mean = new ClusterMean();
        for (WindowScore window : windows) {
            window.stretches()
                    .subList(from, to)
                    .forEach(stretch -> mean.add(value.applyAsDouble(stretch), (double) stretch.tokens()));
        }
        return mean;
    }

    private ClusterMean mass(ToDoubleFunction<MassSums.Sum> value) {
        ClusterMean mean = new ClusterMean();
        MassSums.stretches(masses).forEach(sum -> mean.add(value.applyAsDouble(sum), (double) sum.count()));
        return mean;
    }

    private List<TextScores.Bucket> buckets() {
        List<TextScores.Bucket> buckets = new ArrayList<>();
        int width = Stretch.COUNT / BUCKETS;
        for (int from = 0; from < Stretch.COUNT; from += width) {
            int to = from + width;
            Stretch sum = sum(from, to);
            if (sum.tokens() > 0) {
                ClusterMean excess = text(Stretch::excess, from, to);
                double ratio = Math.exp(excess.mean());
                buckets.add(new TextScores.Bucket(
                        border(from) + 1,
                        Math.min(border(to), context - 1),
                        sum.perplexity(),
                        ratio,
                        ratio * excess.standardError(),
                        sum.kl() / sum.tokens(),
                        (double) sum.agree() / sum.tokens(),
                        recall(from, to)));
            }
        }
        return buckets;
    }

    private int border(int stretch) {
        return (int) ((long) stretch * context / Stretch.COUNT);
    }

    private double recall(int from, int to) {
        MassSums.Sum sum = masses.stream()
                .flatMap(part -> part.stretches().subMap(from, to).values().stream())
                .reduce(NO_MASS, MassSums.Sum::plus);
        return sum.recall() / sum.count();
    }

    private List<TextScores.Layer> layers() {
        SortedMap<Integer, MassSums.Sum> byLayer = MassSums.byLayer(masses);
        List<TextScores.Layer> layers = new ArrayList<>();
        for (int i = 0; i < reads.layers().size(); i++) {
            int layer = reads.layers().get(i);
            MassSums.Sum mass = byLayer.getOrDefault(layer, NO_MASS);
            layers.add(new TextScores.Layer(
                    layer,
                    mass.recall() / mass.count(),
                    mass.oracleRecall() / mass.count(),
                    mass.setRecall() / mass.count(),
                    mass.outputError() / mass.count(),
                    reads.entries().get(i) / reads.tokens(),
                    spread(reads.layerBudgets().get(i))));
        }
        return layers;
    }

    private static TextScores.Spread spread(Histogram budgets) {
        return new TextScores.Spread(budgets.quantile(0.05), budgets.quantile(0.5), budgets.quantile(0.95));
    }

    private TextScores.@Nullable Psa psa() {
        Calibration all = new Calibration();
        masses.forEach(part -> all.addAll(part.calibration()));
        Calibration.Bin total = all.total();
        if (total.count() == 0) {
            return null;
        }
        TextScores.PsaBin whole = TextScores.PsaBin.of(total);
        return new TextScores.Psa(
                total.count(),
                whole.exceeds(),
                whole.p(),
                whole.mass(),
                all.bins().values().stream().map(TextScores.PsaBin::of).toList());
    }
}
