package dev.tarn.sim.analysis;

import dev.tarn.sim.access.AccessTrace;
import java.util.Arrays;

/** Slides a window of consecutive steps over one layer of one request and counts the distinct entries selected in it. */
final class WorkingSetWindow {
    private final AccessTrace trace;
    private final Selections selections;
    private final int window;

    /** How many steps of the window selected the position. */
    private int[] uses = new int[0];

    private int distinct;

    WorkingSetWindow(AccessTrace trace, Selections selections, int window) {
        this.trace = trace;
        this.selections = selections;
        this.window = window;
    }

    /** Takes all batches of a lane, ascending by step, and samples each full window. */
    void walk(int[] batches, Histogram samples) {
        int[] sparse = Arrays.stream(batches).filter(selections::isSparse).toArray();
        Arrays.fill(uses, 0);
        distinct = 0;
        int start = 0;
        for (int i = 0; i < sparse.length; i++) {
            if (i > 0 && trace.step(sparse[i]) != trace.step(sparse[i - 1]) + 1) {
                for (; start < i; start++) {
                    leave(sparse[start]);
                }
            }
            enter(sparse[i]);
            if (i - start + 1 == window) {
                samples.add(distinct);
                leave(sparse[start++]);
            }
        }
    }

    private void enter(int batch) {
        if (uses.length <= trace.position(batch)) {
            uses = Arrays.copyOf(uses, Math.max(trace.position(batch) + 1, uses.length * 2));
        }
        for (int i = trace.from(batch); i < trace.to(batch); i++) {
            distinct += uses[trace.selected()[i]]++ == 0 ? 1 : 0;
        }
        if (trace.ownSelected(batch)) {
            distinct += uses[trace.position(batch)]++ == 0 ? 1 : 0;
        }
    }

    private void leave(int batch) {
        for (int i = trace.from(batch); i < trace.to(batch); i++) {
            distinct -= --uses[trace.selected()[i]] == 0 ? 1 : 0;
        }
        if (trace.ownSelected(batch)) {
            distinct -= --uses[trace.position(batch)] == 0 ? 1 : 0;
        }
    }
}
