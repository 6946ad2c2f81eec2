package dev.tarn.study.distill.network;

/**
 * What the index scores of one query are to match: KL( P || softmax I ) over the candidates that are not always kept, where P is
 * the dense attention there, summed over heads and L1-normalised (DeepSeek-V3.2, section 2.1).
 *
 * @param sink first positions that are always kept and left out of the loss
 * @param recent newest positions, the query's own included, that are always kept and left out
 * @param maxShare how much of P comes from the maximum over heads instead of their mean; 0 to 1
 * @param selected where positive, the loss covers only so many best-ranked candidates (the sparse stage of DeepSeek-V3.2)
 * @param far exponent of a query's mass outside what is always kept, by which its loss is weighted; 0 weights all alike
 */
public record Objective(int sink, int recent, float maxShare, int selected, float far) {
    /** Checks the ranges. */
    public Objective {
        if (sink < 0 || recent < 0 || maxShare < 0 || maxShare > 1 || selected < 0 || far < 0) {
            throw new IllegalArgumentException(
                    "objective with sink " + sink + ", recent " + recent + ", maximum's share "
                            + maxShare + ", selected " + selected + ", far " + far
                            + ": give nothing negative, and a share of at most 1");
        }
    }

    /** The first candidate of the loss. */
    int from() {
        return sink;
    }

    /** The end of the candidates of a query at position t. */
    int to(int t) {
        return t + 1 - recent;
    }

    /** The first position whose query has at least two candidates. */
    public int firstPosition() {
        return sink + recent + 1;
    }
}
