package dev.tarn.cli.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterruptTest {
    private static final int SIGINT = 2;

    /** A process that is half through with its file. */
    static final class HalfWritten {
        private HalfWritten() {}

        public static void main(String[] args) throws InterruptedException {
            var file = OutputFile.of(args[0]).create(Cleanup.atExit());
            file.write(new byte[100]);
            System.out.println(file.temporary());
            TimeUnit.MINUTES.sleep(1);
        }
    }

    @ParameterizedTest(name = "SIG{0}")
    @CsvSource({"INT, 130", "TERM, 143"})
    void signal_whileAFileIsWritten_leavesNothingAndReturnsItsStatus(String signal, int status, @TempDir Path folder)
            throws IOException, InterruptedException {
        assumeThat(signal.equals("INT") && ignoresInterrupt())
                .as(
                        "a shell without job control started the tests in the background: they and all they start ignore SIGINT")
                .isFalse();
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        HalfWritten.class.getName(),
                        folder.resolve("out.bin").toString())
                .redirectErrorStream(true)
                .start();
        try (var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(Path.of(output.readLine())).hasSize(100);
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).isEqualTo(status);
        assertThat(folder).isEmptyDirectory();
    }

    private static boolean ignoresInterrupt() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .anyMatch(line -> (Long.parseUnsignedLong(line.split("\\s+")[1], 16) >> (SIGINT - 1) & 1) == 1);
        }
    }
}
