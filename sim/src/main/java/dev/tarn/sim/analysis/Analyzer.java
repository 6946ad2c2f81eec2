package dev.tarn.sim.analysis;

import dev.tarn.sim.access.AccessTrace;
import dev.tarn.sim.access.Lane;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Computes the metrics of a trace; what each of them is, {@link Metric} says. */
public final class Analyzer {
    /** Steps of a working-set window, Levy's N. */
    public static final int WINDOW = 50;

    /** Tokens of a page unless the user says otherwise. */
    public static final int DEFAULT_PAGE = 16;

    private final AccessTrace trace;
    private final int page;
    private final Selections selections;
    private final Map<Integer, Samples> byLayer = new TreeMap<>();

    private Analyzer(AccessTrace trace, int page) {
        this.trace = trace;
        this.page = page;
        this.selections = new Selections(trace);
    }

    /**
     * Analyses a trace.
     *
     * @param page tokens of a page, for page utilisation
     */
    public static AnalysisReport analyze(AccessTrace trace, int page) {
        if (page < 1) {
            throw new IllegalArgumentException("page of " + page + " tokens; use 1 or more");
        }
        return new Analyzer(trace, page).report();
    }

    private AnalysisReport report() {
        int[][] batches = trace.batchesByLane();
        walkLanes(batches);
        walkPairs(batches);
        var pooled = new Samples();
        byLayer.values().forEach(pooled::addAll);
        double k = selections.k();
        var layers = new ArrayList<LayerReport>();
        byLayer.forEach((layer, samples) -> layers.add(new LayerReport(layer, samples.summaries(k), samples.cutRuns)));
        return new AnalysisReport(
                Double.isNaN(k) ? null : k,
                WINDOW,
                page,
                selections.analysed(),
                trace.batches() - selections.analysed(),
                pooled.summaries(k),
                pooled.cutRuns,
                List.copyOf(layers));
    }

    private void walkLanes(int[][] batches) {
        var window = new WorkingSetWindow(trace, selections, WINDOW);
        for (int lane = 0; lane < batches.length; lane++) {
            Samples samples = byLayer.computeIfAbsent(trace.lanes().get(lane).layer(), layer -> new Samples());
            new LaneWalk(trace, selections, samples, page).walk(batches[lane]);
            window.walk(batches[lane], samples.workingSet);
        }
    }

    private void walkPairs(int[][] batches) {
        var pairs = new LayerPairs(trace, selections);
        for (int lane = 0; lane < batches.length; lane++) {
            Lane upper = trace.lanes().get(lane);
            int below = Collections.binarySearch(trace.lanes(), new Lane(upper.layer() - 1, upper.request()));
            Samples samples = byLayer.get(upper.layer());
            if (below >= 0 && samples != null) {
                pairs.walk(batches[below], batches[lane], samples);
            }
        }
    }
}
