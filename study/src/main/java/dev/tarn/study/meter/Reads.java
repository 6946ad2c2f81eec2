package dev.tarn.study.meter;

import java.util.ArrayList;
import java.util.List;

/**
 * What attention read at some positions. Sums, so that parts of a measurement add up.
 *
 * @param tokens positions read
 * @param entryBytes bytes of selected entries, all layers; of one KV head's selection that head's share of the entry
 * @param indexBytes bytes of index keys and summaries that rankings read, all layers
 * @param entries selected entries by layer that selected, mean over KV heads, summed over positions
 * @param layers the same layers
 * @param layerBudgets entries of one selection, by layer
 * @param stepBudgets entries of one position, mean over layers
 */
public record Reads(
        long tokens,
        double entryBytes,
        double indexBytes,
        List<Integer> layers,
        List<Double> entries,
        List<Histogram> layerBudgets,
        Histogram stepBudgets) {
    /** The sum of parts of one model's measurement; at least one. */
    public static Reads sum(List<Reads> parts) {
        Reads first = parts.getFirst();
        List<Double> entries = new ArrayList<>();
        List<Histogram> budgets = new ArrayList<>();
        for (int i = 0; i < first.layers().size(); i++) {
            int layer = i;
            Histogram budget = new Histogram();
            parts.forEach(part -> budget.addAll(part.layerBudgets.get(layer)));
            budgets.add(budget);
            entries.add(
                    parts.stream().mapToDouble(part -> part.entries.get(layer)).sum());
        }
        Histogram steps = new Histogram();
        parts.forEach(part -> steps.addAll(part.stepBudgets));
        return new Reads(
                parts.stream().mapToLong(Reads::tokens).sum(),
                parts.stream().mapToDouble(Reads::entryBytes).sum(),
                parts.stream().mapToDouble(Reads::indexBytes).sum(),
                first.layers,
                entries,
                budgets,
                steps);
    }

    /** Bytes of selected entries per position. */
    public double entryBytesPerToken() {
        return entryBytes / tokens;
    }

    /** Bytes of index data per position. */
    public double indexBytesPerToken() {
        return indexBytes / tokens;
    }

    /** Mean entries of a selection, over positions and layers. */
    public double meanBudget() {
        return entries.stream().mapToDouble(Double::doubleValue).sum() / layers.size() / tokens;
    }

    /** Entries of one selection, over positions and layers. */
    public Histogram budgets() {
        Histogram all = new Histogram();
        layerBudgets.forEach(all::addAll);
        return all;
    }
}
