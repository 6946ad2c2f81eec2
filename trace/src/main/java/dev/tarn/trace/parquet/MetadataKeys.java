package dev.tarn.trace.parquet;

import dev.tarn.trace.TraceException;
import dev.tarn.trace.TraceMetadata;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns what is known of a trace into the file's key-value metadata and back. */
final class MetadataKeys {
    static final String VERSION = "tarn.version";
    static final String MODEL = "model";
    static final String ATTENTION = "attention";
    static final String LAYERS = "layers";
    static final String KV_HEADS = "kv_heads";
    static final String ENTRY_BYTES = "entry_bytes";
    static final String K = "k";
    static final String BLOCK = "block";
    static final String PROMPT_SHA256 = "prompt_sha256";

    private static final Set<String> OWN =
            Set.of(VERSION, MODEL, ATTENTION, LAYERS, KV_HEADS, ENTRY_BYTES, K, BLOCK, PROMPT_SHA256);

    /** What Parquet libraries and the programs that rewrite files keep for themselves. */
    private static final List<String> FOREIGN_PREFIXES =
            List.of("parquet.", "writer.model.name", "ARROW:", "pandas", "org.apache.");

    private MetadataKeys() {}

    /**
     * The keys to store.
     *
     * @throws TraceException if a number is out of range or a key of {@code more} is taken
     */
    static Map<String, String> encode(TraceMetadata metadata, Path file) {
        var keys = new HashMap<String, String>();
        for (var further : metadata.more().entrySet()) {
            if (OWN.contains(further.getKey()) || isForeign(further.getKey())) {
                throw new TraceException(
                        file + ": further metadata key '" + further.getKey() + "' is reserved; choose another name");
            }
            keys.put(further.getKey(), further.getValue());
        }
        keys.put(VERSION, metadata.tarnVersion());
        keys.put(MODEL, metadata.model());
        keys.put(ATTENTION, metadata.attention());
        keys.put(LAYERS, Integer.toString(metadata.layers()));
        keys.put(KV_HEADS, Integer.toString(metadata.kvHeads()));
        keys.put(ENTRY_BYTES, Long.toString(metadata.entryBytes()));
        keys.put(K, Integer.toString(metadata.k()));
        keys.put(BLOCK, Integer.toString(metadata.block()));
        keys.put(PROMPT_SHA256, metadata.promptSha256());
        decode(keys, file);
        return keys;
    }

    /**
     * What a file's keys say.
     *
     * @throws TraceException if a key is missing, is not a number where it must be, or is out of range
     */
    static TraceMetadata decode(Map<String, String> keys, Path file) {
        var more = new HashMap<>(keys);
        more.keySet().removeIf(key -> OWN.contains(key) || isForeign(key));
        return new TraceMetadata(
                text(keys, VERSION, file),
                text(keys, MODEL, file),
                text(keys, ATTENTION, file),
                (int) number(keys, LAYERS, 1, 1 << 15, file),
                (int) number(keys, KV_HEADS, 1, 1 << 15, file),
                number(keys, ENTRY_BYTES, 1, Long.MAX_VALUE, file),
                (int) number(keys, K, 0, Integer.MAX_VALUE, file),
                (int) number(keys, BLOCK, 1, Integer.MAX_VALUE, file),
                text(keys, PROMPT_SHA256, file),
                more);
    }

    private static boolean isForeign(String key) {
        return FOREIGN_PREFIXES.stream().anyMatch(key::startsWith);
    }

    private static String text(Map<String, String> keys, String key, Path file) {
        String value = keys.get(key);
        if (value == null) {
            throw new TraceException(file + ": metadata key '" + key + "' is missing; give a trace that Tarn wrote");
        }
        return value;
    }

    private static long number(Map<String, String> keys, String key, long min, long max, Path file) {
        String value = text(keys, key, file);
        long number;
        try {
            number = Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new TraceException(file + ": metadata key '" + key + "' is '" + value + "', not a whole number", e);
        }
        if (number < min || number > max) {
            throw new TraceException(
                    file + ": metadata key '" + key + "' is " + number + ", outside " + min + ".." + max);
        }
        return number;
    }
}
