package dev.tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {
    @TempDir
    private Path folder;

    private Path home;
    private Launcher launcher;

    @BeforeEach
    void install() throws IOException {
        home = Files.createDirectory(folder.resolve("a home with spaces"));
        launcher = new Launcher(home);
        Files.createFile(launcher.jar());
    }

    @Test
    void start_noJdkAnywhere_saysWhatToInstallInOneLine() throws Exception {
        var run = launcher.run("--version");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).startsWith("tarn: no JDK 25 found: install one").contains("TARN_JAVA_HOME");
    }

    @Test
    void start_tarnJavaHomeTooOld_saysSoInsteadOfTakingAnother() throws Exception {
        Launcher.fakeJdk(home.resolve("system/usr/lib/jvm/jdk-25"), "25.0.1");
        var old = Launcher.fakeJdk(folder.resolve("jdk 17"), "17.0.15");

        var run = launcher.with("TARN_JAVA_HOME", old.toString()).run("--version");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().strip())
                .isEqualTo("tarn: TARN_JAVA_HOME=%s holds no JDK 25 or newer; point it at one or unset it", old);
    }

    @Test
    void start_olderJavaOnPathAndInJavaHome_findsTheNewOne() throws Exception {
        var old = Launcher.fakeJdk(folder.resolve("jdk 17"), "17.0.15");
        Launcher.fakeJdk(home.resolve("system/usr/lib/jvm/a-jdk-8"), "1.8.0_402");
        Launcher.fakeJdk(home.resolve("system/usr/lib/jvm/some-jdk-25"), "25");
        launcher.with("PATH", old.resolve("bin") + ":/usr/bin:/bin").with("JAVA_HOME", old.toString());

        assertThat(launcher.run("--version").out()).startsWith("fake 25\n");
    }

    @Test
    void start_newerJdkOnPath_isTaken() throws Exception {
        var jdk = Launcher.fakeJdk(folder.resolve("jdk 26"), "26-ea");

        assertThat(launcher.with("PATH", jdk.resolve("bin") + ":/usr/bin:/bin")
                        .run()
                        .out())
                .startsWith("fake 26-ea\n");
    }

    @Test
    void start_runtimeWithoutCompiler_isPassedOver() throws Exception {
        var runtime = Launcher.fakeJdk(home.resolve("system/usr/lib/jvm/jre-25"), "25");
        Files.delete(runtime.resolve("bin/javac"));

        assertThat(launcher.run().err()).startsWith("tarn: no JDK 25 found");
    }

    @Test
    void start_throughLinksFromElsewhere_passesArgumentsUntouched() throws Exception {
        var jdk = Launcher.fakeJdk(folder.resolve("jdk 25"), "25");
        var elsewhere = Files.createDirectories(folder.resolve("else where"));
        var link = Files.createSymbolicLink(elsewhere.resolve("t"), Path.of("../a home with spaces/tarn"));
        var second = Files.createSymbolicLink(elsewhere.resolve("u"), Path.of("t"));

        var run = launcher.with("TARN_JAVA_HOME", jdk.toString())
                .with("TARN_JAVA_OPTS", "-Xmx1g -Dx=*")
                .run(second, elsewhere, "run", "--prompt", "two  words *");

        assertThat(run.out().lines())
                .containsSubsequence(
                        "--add-modules=jdk.incubator.vector",
                        "-Dtarn.home=" + home.toRealPath(),
                        "-Xmx1g",
                        "-Dx=*",
                        "-jar",
                        launcher.jar().toRealPath().toString(),
                        "run",
                        "--prompt",
                        "two  words *");
        assertThat(link).isSymbolicLink();
    }

    @Test
    void start_sourcesNewerThanJarWithoutMaven_saysWhatToInstall() throws Exception {
        var tools = Files.createDirectory(folder.resolve("tools"));
        for (var tool : new String[] {"bash", "dirname", "find", "sed", "grep", "readlink", "mktemp", "head", "rm"}) {
            var path = Path.of("/usr/bin", tool);
            Files.createSymbolicLink(tools.resolve(tool), Files.exists(path) ? path : Path.of("/bin", tool));
        }
        var jdk = Launcher.fakeJdk(folder.resolve("jdk"), "25");
        Files.delete(launcher.jar());

        var run = launcher.with("TARN_JAVA_HOME", jdk.toString())
                .with("PATH", tools.toString())
                .run("--version");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("tarn: Maven 3.8 or newer is needed to build");
    }

    @Test
    void start_buildFails_saysWhereTheLogIs() throws Exception {
        var tools = Files.createDirectory(folder.resolve("tools"));
        var maven = Files.writeString(tools.resolve("mvn"), "#!/bin/sh\necho no errors marked; exit 3\n");
        maven.toFile().setExecutable(true);
        var jdk = Launcher.fakeJdk(folder.resolve("jdk"), "25");
        Files.delete(launcher.jar());

        var run = launcher.with("TARN_JAVA_HOME", jdk.toString())
                .with("PATH", tools + ":/usr/bin:/bin")
                .with("TMPDIR", folder.toString())
                .run("--version");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("tarn: the build failed; its whole log is " + folder);
    }

    @Test
    void start_withoutArchive_makesOneBesideTheJarOnce() throws Exception {
        var jdk = Launcher.fakeJdk(folder.resolve("jdk"), "25.0.9");
        var archive = home.resolve("cli/target/tarn-25.0.9.jsa");
        launcher.with("TARN_JAVA_HOME", jdk.toString()).with("TARN_CDS", "on");

        assertThat(launcher.run("models").out()).contains("-XX:SharedArchiveFile=" + home.toRealPath());
        var lock = home.resolve("cli/target/tarn-25.0.9.jsa.lock");
        for (int i = 0; i < 200 && (Files.exists(lock) || !Files.exists(archive)); i++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        var made = Files.getLastModifiedTime(archive);
        assertThat(launcher.run("models").code()).isZero();
        assertThat(Files.getLastModifiedTime(archive)).isEqualTo(made);
    }

    /** A measurement is not to share the machine with a training run. */
    @Test
    void start_benchWithoutArchive_makesNone() throws Exception {
        var jdk = Launcher.fakeJdk(folder.resolve("jdk"), "25.0.9");
        launcher.with("TARN_JAVA_HOME", jdk.toString()).with("TARN_CDS", "on").run("bench");

        TimeUnit.MILLISECONDS.sleep(300);
        assertThat(home.resolve("cli/target").toFile().list()).containsExactly("tarn.jar");
    }
}
