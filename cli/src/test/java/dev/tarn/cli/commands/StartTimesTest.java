package dev.tarn.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts of programs that stand in for the launcher. */
class StartTimesTest {
    @TempDir
    private Path folder;

    private Path program(String body) throws IOException {
        Path program = folder.resolve("tarn");
        Files.writeString(program, "#!/bin/sh\n" + body + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return program;
    }

    @Test
    void measure_threeStarts_runsEachAndTakesTheMedian() throws IOException {
        Path said = folder.resolve("said");
        StartTimes times = StartTimes.measure(program("echo \"$@\" >> " + said + "; echo yes"), "tiny", 3);

        assertThat(Files.readAllLines(said))
                .hasSize(3)
                .containsOnly("run --model tiny --prompt Who are you? --max-tokens 1");
        assertThat(times.runsS()).hasSize(3).allMatch(seconds -> seconds > 0);
        assertThat(times.medianS())
                .isEqualTo(times.runsS().stream().sorted().toList().get(1));
    }

    @Test
    void measure_programThatFailsOrIsSilent_saysSo() throws IOException {
        Path failing = program("echo half; exit 3");
        assertThatThrownBy(() -> StartTimes.measure(failing, "tiny", 1))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("exit code 3");
        Path silent = program("exit 0");
        assertThatThrownBy(() -> StartTimes.measure(silent, "tiny", 1)).isInstanceOf(EngineException.class);
    }

    @Test
    void measure_noProgram_saysSo() {
        assertThatThrownBy(() -> StartTimes.measure(folder.resolve("none"), "tiny", 1))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("cannot be started");
    }
}
