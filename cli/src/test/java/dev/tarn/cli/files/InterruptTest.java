package dev.tarn.cli.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterruptTest {
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

    @Test
    void interrupt_whileAFileIsWritten_leavesNothingAndReturns130(@TempDir Path folder)
            throws IOException, InterruptedException {
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
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).isEqualTo(130);
        assertThat(folder).isEmptyDirectory();
    }
}
