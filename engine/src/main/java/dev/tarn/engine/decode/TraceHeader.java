package dev.tarn.engine.decode;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.model.architecture.ContextStretch;
import dev.tarn.trace.TraceMetadata;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** What a trace says of the run that it records. */
public final class TraceHeader {
    private TraceHeader() {}

    /**
     * The metadata of a run of one sequence.
     *
     * @param version the version of Tarn
     * @param prompt the ids before decode step 0
     * @param more further keys, beside {@code model_sha256}
     */
    public static TraceMetadata of(
            ModelFile model,
            Decoder decoder,
            AttentionSpec spec,
            int[] prompt,
            String version,
            Map<String, String> more) {
        AttentionSpec resolved = decoder.attention(spec, SelectionListener.NONE).spec();
        Map<String, String> keys = new TreeMap<>(more);
        keys.put("model_sha256", model.sha256());
        double stretch = decoder.architecture().stretch();
        if (stretch != ContextStretch.NONE) {
            keys.put("rope_scale", Double.toString(stretch));
        }
        return new TraceMetadata(
                version,
                model.name(),
                resolved.toString(),
                decoder.architecture().layers(),
                decoder.kvShape().kvHeads(),
                decoder.kvShape().entryBytes(),
                resolved.k(),
                resolved.block(),
                hash(prompt),
                keys);
    }

    /** SHA-256 in hex of the ids as little-endian int32. */
    public static String hash(int[] ids) {
        ByteBuffer bytes = ByteBuffer.allocate(ids.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(ids);
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
