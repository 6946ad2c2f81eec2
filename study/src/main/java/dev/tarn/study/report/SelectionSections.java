package dev.tarn.study.report;

import dev.tarn.sim.access.AccessTrace;
import dev.tarn.sim.report.Bands;
import dev.tarn.sim.report.Choice;
import dev.tarn.sim.report.Format;
import dev.tarn.sim.report.HeatMap;
import dev.tarn.sim.report.Section;
import dev.tarn.study.access.AccessResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Which positions each layer selected, step by step; the trace's first request. */
final class SelectionSections {
    private static final int STEP_BINS = 256;
    private static final int POSITION_BINS = 72;

    private final AccessTrace trace;
    private final int[][] lanes;
    private final int stepWidth;
    private final int stepBins;
    private final int positionWidth;
    private final int positionBins;

    private SelectionSections(AccessTrace trace) {
        this.trace = trace;
        int first = trace.requests()[0];
        int[][] byLane = trace.batchesByLane();
        List<int[]> mine = new ArrayList<>();
        for (int lane = 0; lane < byLane.length; lane++) {
            if (trace.lanes().get(lane).request() == first) {
                mine.add(byLane[lane]);
            }
        }
        lanes = mine.toArray(int[][]::new);
        int steps = largest(trace::step) + 1;
        int positions = largest(trace::position) + 1;
        stepWidth = (steps + STEP_BINS - 1) / STEP_BINS;
        stepBins = (steps + stepWidth - 1) / stepWidth;
        positionWidth = (positions + POSITION_BINS - 1) / POSITION_BINS;
        positionBins = (positions + positionWidth - 1) / positionWidth;
    }

    private int largest(IntUnaryOperator ofBatch) {
        return Arrays.stream(lanes)
                .flatMapToInt(Arrays::stream)
                .map(ofBatch)
                .max()
                .orElse(0);
    }

    static List<Section> of(AccessResult result) {
        SelectionSections sections = new SelectionSections(result.trace());
        return List.of(sections.selections(), sections.newLookups());
    }

    private Bands steps() {
        return Bands.bins("decode step", 0, stepWidth, stepBins);
    }

    private Section selections() {
        List<Section> options = new ArrayList<>();
        for (int i = 0; i < lanes.length; i++) {
            options.add(layer(i));
        }
        return new Choice(
                "Selections by layer and step",
                "Each column is a few decode steps, each row a stretch of positions; strong cells were read more often per step. A"
                        + " horizontal line is a token read at every step (the first is the attention sink), the slanting edge at the"
                        + " top the newest tokens. Cells above it did not exist yet.",
                "Layer",
                options);
    }

    private Section layer(int lane) {
        double[][] reads = new double[positionBins][stepBins];
        double[][] steps = new double[positionBins][stepBins];
        for (int batch : lanes[lane]) {
            count(batch, reads, steps);
        }
        for (int y = 0; y < positionBins; y++) {
            for (int x = 0; x < stepBins; x++) {
                reads[y][x] = steps[y][x] == 0 ? Double.NaN : reads[y][x] / steps[y][x];
            }
        }
        return new HeatMap(
                "layer " + trace.layers()[lane],
                "",
                steps(),
                Bands.bins("position", 0, positionWidth, positionBins),
                reads,
                null,
                new HeatMap.Color("entries read per step", Format.RATE, 0, positionWidth, HeatMap.Ramp.LOG));
    }

    private void count(int batch, double[][] reads, double[][] steps) {
        int x = trace.step(batch) / stepWidth;
        for (int y = 0; y <= trace.position(batch) / positionWidth; y++) {
            steps[y][x]++;
        }
        for (int i = trace.from(batch); i < trace.to(batch); i++) {
            reads[trace.selected()[i] / positionWidth][x]++;
        }
        if (trace.ownSelected(batch)) {
            reads[trace.position(batch) / positionWidth][x]++;
        }
    }

    private Section newLookups() {
        double[][] shares = new double[lanes.length][];
        for (int lane = 0; lane < lanes.length; lane++) {
            shares[lane] = newShare(lanes[lane]);
        }
        return new HeatMap(
                "New lookups by layer and step",
                "The share of each selection that the same layer had not read one step before: strong cells are where a reservation"
                        + " must fetch.",
                steps(),
                Bands.of(
                        "layer",
                        Arrays.stream(trace.layers())
                                .mapToObj(Integer::toString)
                                .toList()),
                shares,
                null,
                new HeatMap.Color("new lookups", Format.SHARE, 0, 1, HeatMap.Ramp.LINEAR));
    }

    private double[] newShare(int[] batches) {
        double[] fresh = new double[stepBins];
        double[] read = new double[stepBins];
        for (int i = 1; i < batches.length; i++) {
            int x = trace.step(batches[i]) / stepWidth;
            int size = trace.to(batches[i]) - trace.from(batches[i]);
            fresh[x] += size - common(batches[i - 1], batches[i]);
            read[x] += size;
        }
        for (int x = 0; x < stepBins; x++) {
            fresh[x] = read[x] == 0 ? Double.NaN : fresh[x] / read[x];
        }
        return fresh;
    }

    /** How many of a batch's entries the one before read too, that one's own position included. */
    private int common(int before, int batch) {
        int[] selected = trace.selected();
        int common = 0;
        for (int i = trace.from(batch); i < trace.to(batch); i++) {
            boolean own = trace.ownSelected(before) && selected[i] == trace.position(before);
            if (own || Arrays.binarySearch(selected, trace.from(before), trace.to(before), selected[i]) >= 0) {
                common++;
            }
        }
        return common;
    }
}
