package dev.tarn.engine.compute;

/** Which two dimensions of a head rotary position embedding turns together, of n rotated dimensions. */
public enum RopeLayout {
    /** Dimension i with i + n/2 (Hugging Face, NeoX). */
    HALF_SPLIT,
    /** Dimension 2i with 2i + 1 (the original paper; q and k of GGUF's llama are permuted for it). */
    INTERLEAVED
}
