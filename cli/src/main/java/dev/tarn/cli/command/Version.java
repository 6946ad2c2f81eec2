package dev.tarn.cli.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version this build was made as. */
public final class Version {
    private Version() {}

    /** The project's version, written into a resource by the build. */
    public static String read() {
        try (var stream = Version.class.getResourceAsStream("/dev/tarn/cli/version.properties")) {
            if (stream == null) {
                throw new IllegalStateException("the jar holds no version.properties; build it again");
            }
            var properties = new Properties();
            properties.load(stream);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
