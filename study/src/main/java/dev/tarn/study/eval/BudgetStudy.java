package dev.tarn.study.eval;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.LayerBudgets;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.decode.MassCurves;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.study.StudyException;
import dev.tarn.study.StudyListener;
import dev.tarn.study.text.TextSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Makes per-layer budgets from text: windows are read under a fixed budget of ranked tokens, and the mass that each layer's best ranked
 * hold at several budgets says where an entry more buys the most. The layers' usual masses, which the prob rule needs, come with them.
 */
public final class BudgetStudy {
    /** Budgets at which mass is measured, as multiples of the mean budget. */
    private static final double[] MULTIPLES = {0.25, 0.375, 0.5, 0.75, 1, 1.5, 2, 3, 4};
    /** About how many positions of a window are measured. */
    private static final int MEASURED = 256;
    /** Usual masses are told to four places. */
    private static final double DIGITS = 1e4;

    private final ModelFile model;
    private final Decoder decoder;
    private final List<TextSource> texts;
    private final StudyListener listener;

    /** A study of one model over texts. */
    public BudgetStudy(ModelFile model, Decoder decoder, List<TextSource> texts, StudyListener listener) {
        this.model = model;
        this.decoder = decoder;
        this.texts = List.copyOf(texts);
        this.listener = listener;
    }

    /**
     * What was found, one of each for each layer of the model. Layers that do not select for themselves have the mean budget and mass 1.
     *
     * @param attention the spec that windows were read under, as resolved
     * @param budgets positions, always-kept ones included
     * @param masses what dense attention usually gives to the positions that are not always kept
     * @param recall the mass that the budgets hold at the measured positions, read off the curves; NaN of layers that do not select
     * @param evenRecall the same of the mean budget in every layer
     */
    public record Found(
            String attention,
            List<Integer> budgets,
            List<Double> masses,
            List<Double> recall,
            List<Double> evenRecall) {}

    /**
     * Reads windows and shares out k entries a layer in the mean.
     *
     * @param spec a fixed budget of ranked tokens
     * @param windows at most so many
     * @throws StudyException where the spec has no budget of ranked tokens, or contexts are too short to measure more than k
     */
    public Found make(AttentionSpec spec, int context, int windows) {
        AttentionSpec resolved = decoder.attention(spec, SelectionListener.NONE).spec();
        if (resolved.k() == 0 || !resolved.takesBestTokens()) {
            throw new StudyException("attention '" + resolved + "' has no fixed budget of ranked tokens to share out;"
                    + " give one, such as dsa:k=256");
        }
        int longest = decoder.architecture().contextLength();
        if (context > longest) {
            throw new StudyException("windows of " + context + " tokens do not fit the model's context of " + longest
                    + "; ask for shorter ones");
        }
        int[] grid = grid(resolved.k(), context);
        MassCurves curves = new MassCurves(
                decoder.backend(),
                decoder.architecture().attention(),
                decoder.architecture().layers(),
                resolved,
                grid,
                Math.max(1, context / MEASURED));
        List<TextWindow> all = TextWindow.cut(texts, model.tokenizer(), context, windows);
        listener.begin("budgets at " + context + " tokens", (long) all.size() * context);
        for (TextWindow window : all) {
            read(window.tokens(), spec, curves);
        }
        return shareOut(resolved, grid, curves);
    }

    private void read(int[] window, AttentionSpec spec, MassCurves curves) {
        try (Sequence sequence = new Sequence(decoder, decoder.attention(spec, curves))) {
            for (int from = 0; from < window.length; from += Decoder.BATCH) {
                int to = Math.min(window.length, from + Decoder.BATCH);
                sequence.prefill(Arrays.copyOfRange(window, from, to), 0, _ -> {});
                listener.advance(to - from);
            }
        }
    }

    private static int[] grid(int k, int context) {
        int[] grid = IntStream.range(0, MULTIPLES.length)
                .map(i -> (int) Math.max(1, Math.rint(k * MULTIPLES[i])))
                .filter(budget -> budget <= context / 2)
                .distinct()
                .toArray();
        if (grid.length < 2 || grid[grid.length - 1] <= k) {
            throw new StudyException("windows of " + context + " tokens are too short to measure budgets above " + k
                    + "; make them " + 3 * k + " or longer");
        }
        return grid;
    }

    private static Found shareOut(AttentionSpec spec, int[] grid, MassCurves curves) {
        double[][] masses = curves.masses();
        double[] outside = curves.usualMasses();
        int[] selecting = IntStream.range(0, masses.length)
                .filter(layer -> !Double.isNaN(outside[layer]))
                .toArray();
        double[][] measured =
                IntStream.of(selecting).mapToObj(layer -> masses[layer]).toArray(double[][]::new);
        List<Integer> shares = LayerBudgets.equalise(grid, measured, spec.k());
        List<Integer> budgets = new ArrayList<>(Collections.nCopies(masses.length, spec.k()));
        List<Double> usual = new ArrayList<>(Collections.nCopies(masses.length, 1.0));
        List<Double> recall = new ArrayList<>(Collections.nCopies(masses.length, Double.NaN));
        List<Double> even = new ArrayList<>(recall);
        for (int i = 0; i < selecting.length; i++) {
            int layer = selecting[i];
            budgets.set(layer, shares.get(i));
            usual.set(layer, Math.rint(outside[layer] * DIGITS) / DIGITS);
            recall.set(layer, at(grid, masses[layer], shares.get(i)));
            even.set(layer, at(grid, masses[layer], spec.k()));
        }
        return new Found(spec.toString(), budgets, usual, recall, even);
    }

    /** A curve between its measured points. */
    private static double at(int[] grid, double[] mass, int budget) {
        int i = 1;
        while (i < grid.length - 1 && grid[i] < budget) {
            i++;
        }
        double share = (double) (budget - grid[i - 1]) / (grid[i] - grid[i - 1]);
        return mass[i - 1] + share * (mass[i] - mass[i - 1]);
    }
}
