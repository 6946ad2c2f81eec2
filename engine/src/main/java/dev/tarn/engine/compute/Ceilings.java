package dev.tarn.engine.compute;

/**
 * What a machine can do at best, measured with the same instructions that the kernels use.
 *
 * @param threads threads that shared the work
 * @param vectorBits width of the vectors
 * @param streamGbS gigabytes (1e9) read from memory in a second
 * @param fmaGflops float32 operations (1e9) in a second by fused multiply-add, which counts as two
 * @param int8Gops 8-bit operations (1e9) in a second by multiply and add into 32 bits, which count as two
 */
public record Ceilings(int threads, int vectorBits, double streamGbS, double fmaGflops, double int8Gops) {}
