package dev.tarn.engine.attention;

/** Picks the k largest of n scores; which of equal ones, and where NaN ranks, is each implementation's to say. */
interface TopK {
    /**
     * Appends the positions of the k largest of scores[from..to-1] to the selection, ascending.
     *
     * @param k at most to - from
     */
    void select(float[] scores, int from, int to, int k, Selection into);

    /** One that settles equal scores in this order. */
    static TopK by(TieOrder ties) {
        return switch (ties) {
            case TieOrder.Lower _ -> new HistogramTopK();
            case TieOrder.Torch torch -> new TorchTopK(torch.rowLength());
        };
    }
}
