package dev.tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packed command as users start it: launcher, manifest, libraries, a real JVM. */
class PackedJarIT {
    private static final Path TARGET = Path.of(System.getProperty("tarn.home"), "cli", "target");

    @TempDir
    private Path folder;

    private Launcher launcher;

    @BeforeEach
    void install() throws IOException {
        var home = Files.createDirectory(folder.resolve("a home with spaces"));
        launcher = new Launcher(home).with("TARN_JAVA_HOME", System.getProperty("java.home"));
        Files.createSymbolicLink(launcher.jar(), TARGET.resolve("tarn.jar"));
        Files.createSymbolicLink(home.resolve("cli/target/lib"), TARGET.resolve("lib"));
    }

    @Test
    void version_ofThePackedJar_isOneLineAndNothingOnStandardError() throws Exception {
        var run = launcher.run("--version");

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).matches("tarn \\d+\\.\\d+\\.\\d+\\R");
        assertThat(run.code()).isZero();
    }

    @Test
    void unknownCommand_ofThePackedJar_isOneLineAndExitCode2() throws Exception {
        var run = launcher.run("stduy");

        assertThat(run.err()).isEqualTo("tarn: there is no command 'stduy'; see: tarn help\n");
        assertThat(run.code()).isEqualTo(2);
    }

    @Test
    void jvmRefusesAnOption_ofTheUser_itsWordsArrive() throws Exception {
        var run = launcher.with("TARN_JAVA_OPTS", "-XX:+NoSuchOption").run("--version");

        assertThat(run.out() + run.err()).contains("NoSuchOption");
        assertThat(run.code()).isEqualTo(1);
    }

    @Test
    void output_closedByItsReader_endsQuietly() throws Exception {
        assertThat(shell("{ \"$0\" help; echo \"exit $?\" >&2; } | true").err()).isEqualTo("exit 0\n");
    }

    @Test
    void output_ontoAFullDisk_fails() throws Exception {
        assumeTrue(Files.exists(Path.of("/dev/full")));

        var run = shell("\"$0\" help > /dev/full");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains("cannot write to standard output: No space left on device");
    }

    private TestRun shell(String commands) throws IOException, InterruptedException {
        return launcher.run(
                Path.of("/bin/bash"), folder, "-c", commands, launcher.script().toString());
    }

    @Test
    void manifest_namesOnlyLibrariesThatAreThere() throws IOException {
        try (var jar = new JarFile(TARGET.resolve("tarn.jar").toFile())) {
            var attributes = jar.getManifest().getMainAttributes();
            assertThat(attributes.getValue("Main-Class")).isEqualTo(Main.class.getName());
            assertThat(attributes.getValue("Enable-Native-Access")).isEqualTo("ALL-UNNAMED");
            for (var library : List.of(attributes.getValue("Class-Path").split(" "))) {
                assertThat(TARGET.resolve(library)).isRegularFile();
            }
        }
    }
}
