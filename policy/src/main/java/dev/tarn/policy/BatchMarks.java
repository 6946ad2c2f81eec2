package dev.tarn.policy;

/** Which slots belong to the batch at hand; a new batch clears all marks at once. */
final class BatchMarks {
    private final long[] markedIn;
    private long batch = 1;

    BatchMarks(int slots) {
        markedIn = new long[slots];
    }

    void clear() {
        batch++;
    }

    void mark(int slot) {
        markedIn[slot] = batch;
    }

    boolean has(int slot) {
        return markedIn[slot] == batch;
    }
}
