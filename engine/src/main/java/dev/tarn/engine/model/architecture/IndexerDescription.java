package dev.tarn.engine.model.architecture;

import dev.tarn.engine.compute.Rope;

/**
 * The lightning indexer that a checkpoint was trained with.
 *
 * @param heads index heads
 * @param dim floats of an index key and of one head's index query
 * @param k positions that a query attends to
 * @param normEps the epsilon of the LayerNorm of index keys
 * @param rope the rotation of the first dimensions of index queries and keys
 */
public record IndexerDescription(int heads, int dim, int k, float normEps, Rope rope) {}
