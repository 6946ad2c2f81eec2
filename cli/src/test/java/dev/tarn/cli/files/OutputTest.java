package dev.tarn.cli.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputTest {
    @TempDir
    private Path folder;

    private final Cleanup cleanup = new Cleanup();

    private OutputFile file(String name) {
        return new OutputFolder(folder).file(name);
    }

    private String[] inFolder() {
        return folder.toFile().list();
    }

    @Test
    void commit_overOldFile_replacesItWithUsualPermissions() throws IOException {
        var old = Files.writeString(folder.resolve("a"), "old");
        try (var atomic = file("a").create(cleanup)) {
            try (var stream = atomic.stream()) {
                stream.write("new".getBytes(UTF_8));
            }
            assertThat(old).hasContent("old");
            atomic.commit();
        }
        assertThat(old).hasContent("new");
        var fresh = Files.createFile(folder.resolve("b"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(old)))
                .isEqualTo(PosixFilePermissions.toString(Files.getPosixFilePermissions(fresh)));
        assertThat(inFolder()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void close_withoutCommit_leavesNothing() throws IOException {
        try (var atomic = file("a").create(cleanup)) {
            Files.writeString(atomic.temporary(), "half");
        }
        assertThat(inFolder()).isEmpty();
    }

    @Test
    void cleanup_beforeClose_deletesTheHalfWrittenFile() {
        var atomic = file("a").create(cleanup);
        atomic.write(new byte[10]);

        cleanup.run();

        assertThat(inFolder()).isEmpty();
        assertThatThrownBy(atomic::commit)
                .isInstanceOf(OutputException.class)
                .hasMessageStartingWith("cannot write " + folder.resolve("a"));
    }

    @Test
    void cleanup_oneActionFails_runsTheOthersAndLaterOnesAtOnce() {
        var ran = new StringBuilder();
        cleanup.add(() -> {
            throw new IllegalStateException();
        });
        cleanup.add(() -> ran.append("second "));
        cleanup.run();
        cleanup.add(() -> ran.append("late"));

        assertThat(ran).hasToString("second late");
        assertThat(cleanup.ended()).isTrue();
    }

    @Test
    void commit_ofALink_keepsTheLinkAndReplacesItsTarget() throws IOException {
        var target = Files.writeString(folder.resolve("target"), "old");
        var link = Files.createSymbolicLink(folder.resolve("link"), Path.of("target"));
        try (var atomic = new OutputFile(link).create(cleanup)) {
            atomic.write("new".getBytes(UTF_8));
            atomic.commit();
        }
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(target).hasContent("new");
    }

    @Test
    void check_nameOfAFolderOrDevice_isRefused() {
        assertThatThrownBy(() -> new OutputFile(folder).check())
                .isInstanceOf(OutputException.class)
                .hasMessage("cannot write %s: it is a folder; choose another name", folder);
        assertThatThrownBy(() -> OutputFile.of("/dev/null").check())
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("it is not a regular file");
    }

    @Test
    void check_folderMissing_namesFileAndFolder() {
        assertThatThrownBy(() -> file("none/a").check())
                .isInstanceOf(OutputException.class)
                .hasMessage(
                        "cannot write %s: the folder %s does not exist; create it or choose another",
                        folder.resolve("none/a"), folder.resolve("none"));
    }

    @Test
    void check_relativeNameInWorkingFolder_passesAndLeavesNothing() {
        var here = Path.of("").toAbsolutePath().toFile();
        var before = here.list();

        OutputFile.of("some-report.json").check();

        assertThat(here.list()).containsExactlyInAnyOrder(before);
    }

    @Test
    void prepare_missingFolders_createsThem() {
        var deep = new OutputFolder(folder.resolve("a/b"));
        deep.prepare();

        assertThat(folder.resolve("a/b")).isEmptyDirectory();
    }

    @Test
    void prepare_underAFile_namesTheReason() throws IOException {
        var plain = Files.createFile(folder.resolve("plain"));

        assertThatThrownBy(() -> new OutputFolder(plain).prepare())
                .isInstanceOf(OutputException.class)
                .hasMessage("cannot create the folder %s: a file has that name; choose another", plain);
        assertThatThrownBy(() -> new OutputFolder(plain.resolve("below")).prepare())
                .isInstanceOf(OutputException.class)
                .hasMessageStartingWith("cannot create the folder " + plain.resolve("below") + ": ");
    }

    @Test
    void prepare_placeThatTakesNoFiles_isRefused() {
        // The kernel's own file system refuses new files to everyone, the superuser included.
        assumeTrue(Files.isDirectory(Path.of("/proc/self")));

        assertThatThrownBy(() -> OutputFolder.of("/proc/self").prepare())
                .isInstanceOf(OutputException.class)
                .hasMessageStartingWith("cannot write /proc/self: the folder /proc/self takes no new files (");
    }
}
