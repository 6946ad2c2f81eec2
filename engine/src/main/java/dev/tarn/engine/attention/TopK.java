package dev.tarn.engine.attention;

import dev.tarn.engine.compute.Backend;

/** Picks the best of scored units; which of equal ones, and where NaN ranks, is each implementation's to say. */
@FunctionalInterface
interface TopK {
    /**
     * Writes the places of the k largest of scores[from..to-1], ascending, to the beginning of {@code into}.
     *
     * @param k at most to - from
     * @return how many were written: k, or fewer where a score is no better than none
     */
    int select(float[] scores, int from, int to, int k, int[] into);

    /** One that settles equal scores in this order. */
    static TopK by(TieOrder ties, Backend backend) {
        return switch (ties) {
            case TieOrder.Lower _ ->
                (scores, from, to, k, into) -> {
                    backend.selectTop(scores, from, to, k, into, 0);
                    return k;
                };
            case TieOrder.Torch torch -> new TorchTopK(torch.rowLength());
        };
    }
}
