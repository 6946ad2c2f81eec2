package dev.tarn.engine.attention;

/** Which of several equal scores a selection takes where its budget ends among them. */
public sealed interface TieOrder {
    /** The lower positions: what everything takes that is not to be held against another implementation. */
    TieOrder LOWER = new Lower();

    /**
     * What {@code torch.topk} takes on the CPU (Linux) in a forward pass over {@code rowLength} tokens, positions after the query's
     * own scored -infinity. It hangs on the row's length, so a cached decode cannot repeat it.
     */
    static TieOrder torch(int rowLength) {
        return new Torch(rowLength);
    }

    /** See {@link #LOWER}. */
    record Lower() implements TieOrder {}

    /**
     * See {@link #torch}.
     *
     * @param rowLength tokens of the whole pass, however many batches it runs in
     */
    record Torch(int rowLength) implements TieOrder {}
}
