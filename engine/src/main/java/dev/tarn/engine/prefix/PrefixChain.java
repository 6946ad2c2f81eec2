package dev.tarn.engine.prefix;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The names of a prompt's beginnings, one for each chunk of tokens: SHA-256 over the name before it, the chunk's tokens and how they
 * attend. So a name stands for all that came before, and the longest common beginning of two prompts is where their names part (block
 * hashes of vLLM's automatic prefix caching; Kwon et al. 2023).
 */
public final class PrefixChain {
    private final List<String> keys = new ArrayList<>();
    /** Which use of the cache this is, so that all chunks of a prompt are equally old. */
    final long turn;
    /** The same for files. */
    final FileTime time;

    /**
     * Names of the whole chunks of a prompt.
     *
     * @param identity see {@link PrefixOptions}
     * @param manner how the tokens of a chunk attend; null where this chunk and what follows have no name
     */
    PrefixChain(
            String identity, int[] tokens, int chunk, IntFunction<@Nullable String> manner, long turn, FileTime time) {
        this.turn = turn;
        this.time = time;
        MessageDigest digest = sha256();
        byte[] name = digest.digest(identity.getBytes(StandardCharsets.UTF_8));
        ByteBuffer ids = ByteBuffer.allocate(Integer.BYTES * chunk);
        for (int i = 0; i < tokens.length / chunk; i++) {
            String how = manner.apply(i);
            if (how == null) {
                return;
            }
            ids.asIntBuffer().put(tokens, i * chunk, chunk);
            digest.update(name);
            digest.update(ids.array());
            name = digest.digest(how.getBytes(StandardCharsets.UTF_8));
            keys.add(HexFormat.of().formatHex(name));
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** How many chunks have a name. */
    public int size() {
        return keys.size();
    }

    /** The name of the beginning that ends with a chunk, 64 hexadecimal digits. */
    String key(int chunk) {
        return keys.get(chunk);
    }
}
