package dev.tarn.study.eval;

/**
 * Perplexity of one attention at one window length.
 *
 * @param attention the spec as resolved
 * @param context tokens of a window
 * @param windows windows read
 * @param perplexity exp of the mean negative log likelihood of tokens 1 .. context - 1 of every window
 * @param perplexitySe its standard error, from the spread over tokens
 * @param perplexitySecondHalf the same over tokens context / 2 + 1 .. context - 1 (llama.cpp's definition)
 * @param perplexitySecondHalfSe its standard error
 */
public record PerplexityResult(
        String attention,
        int context,
        int windows,
        double perplexity,
        double perplexitySe,
        double perplexitySecondHalf,
        double perplexitySecondHalfSe) {}
