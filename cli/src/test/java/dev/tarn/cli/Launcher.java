package dev.tarn.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A copy of the launcher in a home of its own, so that tests neither build anything nor depend on the machine's JDKs. */
final class Launcher {
    private final Path home;
    private final Map<String, String> environment = new HashMap<>();
    private int timeoutSeconds = 60;

    /** A copy in {@code home} that looks for JDKs in the folders below {@code home/system} instead of the machine's. */
    Launcher(Path home) throws IOException {
        this.home = home;
        var text = Files.readString(Path.of(System.getProperty("tarn.home"), "tarn"));
        for (var folder : List.of("/usr/lib/jvm/", "/usr/java/", "/opt/", "/Library/", "/usr/local/")) {
            text = text.replace(" " + folder, " \"$home\"/system" + folder);
        }
        Files.createDirectories(home.resolve("cli/target"));
        Files.writeString(script(), text);
        script().toFile().setExecutable(true);
        environment.put("TARN_CDS", "off");
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("HOME", home.resolve("nobody").toString());
    }

    Path script() {
        return home.resolve("tarn");
    }

    Path jar() {
        return home.resolve("cli/target/tarn.jar");
    }

    Launcher with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Lets a run take longer than the minute that most need. */
    Launcher withTimeoutSeconds(int seconds) {
        timeoutSeconds = seconds;
        return this;
    }

    /** A folder that looks like a JDK; its java prints its version and its arguments, one a line. */
    static Path fakeJdk(Path folder, String version) throws IOException {
        Files.createDirectories(folder.resolve("bin"));
        Files.writeString(folder.resolve("release"), "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"" + version + "\"\n");
        for (var name : List.of("java", "javac")) {
            var program = folder.resolve("bin/" + name);
            Files.writeString(program, "#!/bin/sh\necho fake %s\nfor a; do echo \"$a\"; done\n".formatted(version));
            program.toFile().setExecutable(true);
        }
        return folder;
    }

    TestRun run(Path script, Path workingFolder, String... arguments) throws IOException, InterruptedException {
        var out = Files.createTempFile(home, "out", null);
        var err = Files.createTempFile(home, "err", null);
        var builder = new ProcessBuilder(Stream.concat(Stream.of(script.toString()), Stream.of(arguments))
                        .toList())
                .directory(workingFolder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        var process = builder.start();
        if (!process.waitFor(timeoutSeconds, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the launcher hangs");
        }
        settle(err);
        return new TestRun(process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
    }

    TestRun run(String... arguments) throws IOException, InterruptedException {
        return run(script(), home, arguments);
    }

    /** The filter of the JVM's own messages may outlive the JVM by a moment. */
    private static void settle(Path err) throws IOException, InterruptedException {
        long size = -1;
        while (size != Files.size(err)) {
            size = Files.size(err);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
