package dev.tarn.engine.decode;

/**
 * What was generated.
 *
 * @param promptTokens tokens of the prompt
 * @param tokens the generated ids, an end token included
 * @param text their text, without special tokens
 * @param finishReason {@code stop} at an end token, {@code length} at the limit
 * @param prefillNanos time from the first prompt token to the first logits
 * @param decodeNanos time of the decode steps
 * @param decodeSteps tokens run one by one: one less than were generated, since the last is not run
 */
public record Generation(
        int promptTokens,
        int[] tokens,
        String text,
        String finishReason,
        long prefillNanos,
        long decodeNanos,
        int decodeSteps) {
    /** Prompt tokens per second. */
    public double prefillTokensPerSecond() {
        return promptTokens * 1e9 / prefillNanos;
    }

    /** Decode steps per second; NaN where there were none. */
    public double decodeTokensPerSecond() {
        return decodeSteps == 0 ? Double.NaN : decodeSteps * 1e9 / decodeNanos;
    }
}
