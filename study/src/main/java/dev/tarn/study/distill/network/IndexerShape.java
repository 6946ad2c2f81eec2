package dev.tarn.study.distill.network;

/**
 * The sizes of one layer's indexer and where its parameters lie in one array: Wq as [hidden][heads · dim], Wk as [dim][hidden],
 * the LayerNorm's gain and bias [dim] each, Ww as [hidden][heads].
 *
 * @param hidden floats of the layer's attention input
 * @param heads index heads
 * @param dim floats of an index key and of one head's index query
 * @param ropeDims leading dimensions of both that are rotated; even
 * @param ropeTheta base of the rotation
 */
public record IndexerShape(int hidden, int heads, int dim, int ropeDims, double ropeTheta) {
    /** The LayerNorm's epsilon. */
    public static final float NORM_EPS = 1e-6f;

    /** Checks the ranges. */
    public IndexerShape {
        if (heads < 1 || dim < 2 || ropeDims < 2 || ropeDims % 2 != 0 || ropeDims > dim) {
            throw new IllegalArgumentException(heads + " index heads of dimension " + dim + " with " + ropeDims
                    + " rotated dimensions: give at least 1 head, dimension 2, and an even number of rotated dimensions up to"
                    + " the dimension");
        }
    }

    /** Floats of all index queries of one token. */
    public int queryDim() {
        return heads * dim;
    }

    /** Where Wk begins; Wq begins at 0. */
    public int keyOffset() {
        return hidden * queryDim();
    }

    /** Where the LayerNorm's gain begins. */
    public int gainOffset() {
        return keyOffset() + hidden * dim;
    }

    /** Where the LayerNorm's bias begins. */
    public int biasOffset() {
        return gainOffset() + dim;
    }

    /** Where Ww begins. */
    public int headWeightOffset() {
        return biasOffset() + dim;
    }

    /** Parameters of one layer. */
    public int parameters() {
        return headWeightOffset() + hidden * heads;
    }
}
