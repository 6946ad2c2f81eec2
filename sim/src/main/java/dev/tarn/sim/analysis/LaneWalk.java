package dev.tarn.sim.analysis;

import dev.tarn.sim.access.AccessTrace;

/**
 * Walks the sparse steps of one layer of one request in order: all metrics but the overlap of layers. A missing step
 * ends what is consecutive, as the trace's ends do.
 */
final class LaneWalk {
    private static final int UNSEEN_BEGIN = -1;

    private final AccessTrace trace;
    private final Selections selections;
    private final Samples samples;
    private final int page;

    /** Ω of the previous step and of this one, and for each entry how long its run is by then, or that its begin was not seen. */
    private int[] before = new int[0];

    private int[] runsBefore = new int[0];
    private int beforeCount;
    private int[] now = new int[0];
    private int[] runsNow = new int[0];
    private int nowCount;

    LaneWalk(AccessTrace trace, Selections selections, Samples samples, int page) {
        this.trace = trace;
        this.selections = selections;
        this.samples = samples;
        this.page = page;
    }

    /** Takes all batches of the lane, ascending by step. */
    void walk(int[] batches) {
        int previous = -1;
        for (int batch : batches) {
            if (!selections.isSparse(batch)) {
                continue;
            }
            boolean follows = previous >= 0 && trace.step(batch) == trace.step(previous) + 1;
            if (!follows) {
                samples.cutRuns += beforeCount;
                beforeCount = 0;
            }
            load(batch);
            sampleStep(trace.position(batch));
            compare(follows);
            if (follows) {
                samples.chanceOverSteps += selections.chance(batch);
            }
            swap();
            previous = batch;
        }
        samples.cutRuns += beforeCount;
    }

    private void load(int batch) {
        int size = trace.selectionSize(batch);
        if (now.length < size) {
            now = new int[size];
            runsNow = new int[size];
        }
        nowCount = selections.copy(batch, now);
    }

    private void sampleStep(int position) {
        int pages = 0;
        int lastPage = -1;
        for (int i = 0; i < nowCount; i++) {
            samples.lookback.add(position - now[i]);
            if (now[i] / page != lastPage) {
                lastPage = now[i] / page;
                pages++;
            }
        }
        if (pages > 0) {
            samples.pageUtilisation.add((double) nowCount / ((double) pages * page));
        }
    }

    /** Merges the two ascending selections: who stayed, who is new, whose run ended. */
    private void compare(boolean follows) {
        int fresh = 0;
        int old = 0;
        for (int i = 0; i < nowCount; i++) {
            while (old < beforeCount && before[old] < now[i]) {
                endRun(runsBefore[old++]);
            }
            if (old < beforeCount && before[old] == now[i]) {
                int run = runsBefore[old++];
                runsNow[i] = run == UNSEEN_BEGIN ? UNSEEN_BEGIN : run + 1;
            } else {
                runsNow[i] = follows ? 1 : UNSEEN_BEGIN;
                fresh++;
            }
        }
        while (old < beforeCount) {
            endRun(runsBefore[old++]);
        }
        if (follows) {
            samples.newLookups.add(fresh);
        }
    }

    private void endRun(int run) {
        if (run == UNSEEN_BEGIN) {
            samples.cutRuns++;
        } else {
            samples.persistence.add(run);
        }
    }

    private void swap() {
        int[] selection = before;
        int[] runs = runsBefore;
        before = now;
        runsBefore = runsNow;
        beforeCount = nowCount;
        now = selection;
        runsNow = runs;
    }
}
