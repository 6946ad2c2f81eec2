package dev.tarn.cli.fetch;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A running SHA-256. */
final class Sha256 {
    private final MessageDigest digest;

    Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    void update(byte[] bytes, int offset, int count) {
        digest.update(bytes, offset, count);
    }

    void reset() {
        digest.reset();
    }

    /** The hash in lower-case hexadecimal; starts anew. */
    String finish() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
