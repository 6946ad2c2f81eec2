package dev.tarn.engine.prefix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.engine.kv.ScratchFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed with no chance to clean up leaves nothing that the next one trips over. */
class PrefixKillTest {
    static final int CHUNKS = 3;
    private static final int MOST_KILLS = 20;

    @TempDir
    private Path folder;

    private static Process start(Class<?> main, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dtarn.kernels=plain",
                "-Dtarn.home=" + System.getProperty("tarn.home"),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Kills a process at a random time after its first line. */
    private static void kill(Process process, SplittableRandom random) throws Exception {
        try (BufferedReader out = process.inputReader()) {
            assertThat(out.readLine()).isNotNull();
            Thread.sleep(random.nextInt(60));
            process.destroyForcibly().waitFor();
        }
        assertThat(process.exitValue()).as("killed").isNotZero();
    }

    /** The child saves all the time, so that most kills fall into a save; what is found afterwards has the right content. */
    @Test
    void kill_duringASave_leavesNoWrongPrefixAndNothingUnfinished() throws Exception {
        SplittableRandom random = new SplittableRandom(8);
        int interrupted = 0;
        int found = 0;
        int kills = 0;
        for (; kills < MOST_KILLS && interrupted < 3; kills++) {
            long first = 1000L * (kills + 1);
            kill(start(PrefixSaver.class, folder.toString(), String.valueOf(first)), random);
            interrupted += names(".tarn-unfinished").isEmpty() ? 0 : 1;

            try (Prefixes next = new Prefixes(folder, 1L << 30, 0)) {
                assertThat(names(".tarn-unfinished")).isEmpty();
                for (long prompt = first; prompt < first + 12; prompt++) {
                    found += next.found(prompt, CHUNKS);
                }
                assertThat(next.found(first, CHUNKS)).isEqualTo(CHUNKS);
                assertThat(next.warnings).isEmpty();
            }
        }
        assertThat(interrupted).as("kills that fell into a save").isPositive();
        assertThat(found).isGreaterThanOrEqualTo(kills * CHUNKS);
        assertThat(names("")).hasSameSizeAs(names(".tarn-prefix"));
    }

    private List<String> names(String end) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(end))
                    .toList();
        }
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void kill_duringDecodeOverAFile_leavesNoFile() throws Exception {
        kill(start(FileTierDecoder.class, folder.toString()), new SplittableRandom(1));

        assertThat(new ScratchFolder(folder)).isNotNull();
        assertThat(folder).isEmptyDirectory();
    }
}
