package dev.tarn.trace;

import java.util.Map;

/**
 * What is known of a whole trace; stored as the file's key-value metadata.
 *
 * @param tarnVersion the version that wrote it ({@code tarn.version})
 * @param model the model's name
 * @param attention the attention spec as resolved
 * @param layers how many layers the model has
 * @param kvHeads how many KV heads a layer has
 * @param entryBytes E, bytes of K and V of one token in one layer, all KV heads together
 * @param k the fixed budget in entries, 0 where the stop rule has none
 * @param block tokens in a unit; 1 where units are tokens
 * @param promptSha256 SHA-256 of the prompt's token ids (little-endian int32), in hex; with several requests, of all prompts in order
 * @param more further keys (such as {@code model_sha256}, {@code seed}), kept as they are
 */
public record TraceMetadata(
        String tarnVersion,
        String model,
        String attention,
        int layers,
        int kvHeads,
        long entryBytes,
        int k,
        int block,
        String promptSha256,
        Map<String, String> more) {
    /** Keeps an own copy of {@code more}. */
    public TraceMetadata {
        more = Map.copyOf(more);
    }
}
