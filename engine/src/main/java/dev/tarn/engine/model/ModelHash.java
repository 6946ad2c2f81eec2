package dev.tarn.engine.model;

import dev.tarn.engine.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The hash that names a model exactly. */
final class ModelHash {
    private static final int CHUNK = 1 << 20;

    private ModelHash() {}

    static String of(Path model) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] chunk = new byte[CHUNK];
            for (Path file : files(model)) {
                update(digest, file, chunk);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new EngineException(model + ": cannot be read (" + e.getMessage() + ")", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static List<Path> files(Path model) throws IOException {
        if (!Files.isDirectory(model)) {
            return List.of(model);
        }
        try (Stream<Path> entries = Files.list(model)) {
            return entries.filter(ModelHash::isPart).sorted().toList();
        }
    }

    private static boolean isPart(Path file) {
        String name = file.getFileName().toString();
        return name.equals("config.json") || (name.endsWith(".safetensors") && !name.startsWith("indexer"));
    }

    private static void update(MessageDigest digest, Path file, byte[] chunk) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                digest.update(chunk, 0, n);
            }
        }
    }
}
