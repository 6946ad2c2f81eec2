package dev.tarn.engine.decode;

/**
 * How a sequence is continued.
 *
 * @param maxTokens at most this many tokens are generated; at least 1
 * @param sparsePromptTokens this many last prompt tokens attend sparsely too; those before attend densely
 * @param sampling how tokens are drawn
 * @param stopAtEnd whether an end token ends the text
 */
public record GenerationOptions(int maxTokens, int sparsePromptTokens, SamplingOptions sampling, boolean stopAtEnd) {
    /** Checks the ranges. */
    public GenerationOptions {
        if (maxTokens < 1) {
            throw new IllegalArgumentException("max-tokens is " + maxTokens + "; it must be at least 1");
        }
        if (sparsePromptTokens < 0) {
            throw new IllegalArgumentException(
                    "sparse-from last:" + sparsePromptTokens + " must name 0 or more prompt tokens");
        }
    }
}
