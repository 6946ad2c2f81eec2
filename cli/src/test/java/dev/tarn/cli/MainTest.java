package dev.tarn.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.cli.command.Invocation;
import dev.tarn.cli.console.Console;
import dev.tarn.cli.files.Cleanup;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
    @Test
    void version_always_printsNameAndBuildVersion() {
        var run = TestRun.of("--version");

        assertThat(run.code()).isZero();
        assertThat(run.out()).matches("tarn \\d+\\.\\d+\\.\\d+\\R");
        assertThat(run.err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "stduy | tarn: there is no command 'stduy'; see: tarn help",
                "--nonsense | tarn: unknown option: '--nonsense'; see: tarn help",
                "-- | tarn: no command given; see: tarn help",
                "help stduy | tarn: there is no command 'stduy'; see: tarn help",
                "help a b | tarn: help takes the name of one command, not 2 arguments",
                "probe --max-token 3 | tarn: probe: unknown option: '--max-token' (did you mean --max-tokens?)"
                        + "; see: tarn help probe",
                "probe --max-tokens x | tarn: probe: invalid value for option '--max-tokens': 'x' is not an int"
                        + "; see: tarn help probe",
                "probe stray | tarn: probe: unmatched argument at index 1: 'stray'; see: tarn help probe",
                "probe --fail usage | tarn: --k must be at least 1, not 0",
            })
    void run_usedWrongly_saysOneLineAndReturns2(String commandLine, String line) {
        var run = TestRun.of(commandLine.split(" "));

        assertThat(run.err().strip()).isEqualTo(line);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.code()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "trace | tarn: a.parquet: row group 2 is cut off; record it again",
                "engine | tarn: m.gguf: tensor blk.0 is missing",
                "io | tarn: input or output failed: device gone",
            })
    void run_commandFails_saysItsLineAndReturns1(String how, String line) {
        var run = TestRun.of("probe", "--fail", how);

        assertThat(run.err().strip()).isEqualTo(line);
        assertThat(run.code()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"state, java.lang.IllegalStateException, unforeseen", "assertion, java.lang.AssertionError, impossible"
    })
    void run_unknownException_isCalledABugWithClassAndPlace(String how, String type, String message) {
        var run = TestRun.of("probe", "--fail", how);

        assertThat(run.err()).startsWith("tarn: this is a bug in tarn: " + type + " at dev.tarn.cli.ProbeCommand.");
        assertThat(run.err()).contains("(" + message + ")").contains("TARN_DEBUG=1");
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.code()).isEqualTo(1);
    }

    @Test
    void run_debug_showsTheStackBelowTheLine() {
        var list = List.of(new Subcommand("probe", "try", ProbeCommand.class));

        var run = TestRun.of(list, true, "probe", "--fail", "state");

        assertThat(run.err().lines().skip(1)).anyMatch(line -> line.contains("at dev.tarn.cli.ProbeCommand"));
    }

    @Test
    void run_heapFull_saysHowToGiveMore() {
        var run = TestRun.of("probe", "--fail", "heap");

        assertThat(run.err()).startsWith("tarn: out of memory: Java heap space").contains("TARN_JAVA_OPTS=-Xmx");
        assertThat(run.code()).isEqualTo(1);
        assertThat(TestRun.of("probe", "--fail", "native").err()).contains("outside the Java heap");
    }

    @Test
    void help_ofRoot_listsCommandsIn100Columns() {
        for (var args : List.of(new String[] {}, new String[] {"help"}, new String[] {"--help"})) {
            var run = TestRun.of(args);

            assertThat(run.code()).isZero();
            assertThat(run.out()).contains("probe       try the conventions").contains("help        show");
            assertThat(run.out().lines()).allMatch(line -> line.length() <= 100);
        }
    }

    @Test
    void help_ofCommand_isTheSameByEitherWay() {
        var byHelp = TestRun.of("help", "probe");
        var byOption = TestRun.of("probe", "--help");

        assertThat(byHelp.out())
                .isEqualTo(byOption.out())
                .contains("--max-tokens")
                .contains("Default: 7");
        assertThat(byHelp.out()).contains("tarn probe").contains("try the conventions.");
        assertThat(byHelp.out().lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void subcommands_all_haveDistinctNamesAndUsageIn100Columns() {
        var all = Subcommands.all();

        assertThat(all).extracting(Subcommand::name).doesNotHaveDuplicates();
        for (var subcommand : all) {
            var run = TestRun.of(all, false, "help", subcommand.name());
            assertThat(run.out().lines()).as(subcommand.name()).isNotEmpty().allMatch(line -> line.length() <= 100);
        }
    }

    @Test
    void run_json_printsOptionsAsResolvedAndNothingElse() {
        var run = TestRun.of("probe", "--json", "--max-tokens", "9");

        assertThat(run.out()).startsWith("{\n  \"tarn\" : \"").endsWith("""
                  "config" : {
                    "fail" : "",
                    "max_tokens" : 9,
                    "rate" : 0.5
                  },
                  "rate" : 0.5
                }
                """);
        assertThat(run.err()).isEmpty();
    }

    @Test
    void run_outputFile_appearsWholeAndStaysOutOfConfig(@TempDir Path folder) throws IOException {
        var file = folder.resolve("a.bin");

        var run = TestRun.of("probe", "--json", "--out", file.toString());

        assertThat(run.code()).isZero();
        assertThat(run.out()).doesNotContain("a.bin").doesNotContain("\"out\"");
        assertThat(Files.readAllBytes(file)).containsExactly(1, 2, 3);
        assertThat(folder.toFile().list()).containsExactly("a.bin");
    }

    @Test
    void run_folderMissing_returns1AndNamesBoth(@TempDir Path folder) {
        var file = folder.resolve("none/a.bin");

        var run = TestRun.of("probe", "--out", file.toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().strip())
                .isEqualTo("tarn: cannot write %s: the folder %s does not exist; create it or choose another"
                        .formatted(file, file.getParent()));
    }

    @Test
    void run_readerOfOutputGone_endsQuietlyWith0() {
        assertThat(runInto("Broken pipe")).isEqualTo(new TestRun(0, "", ""));
    }

    @Test
    void run_outputDiskFull_saysSoAndReturns1() {
        var run = runInto("No space left on device");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().strip()).endsWith("cannot write to standard output: No space left on device");
    }

    private static TestRun runInto(String reason) {
        var err = new ByteArrayOutputStream();
        var failing = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException(reason);
            }
        };
        var list = List.of(new Subcommand("probe", "try", ProbeCommand.class));
        var main = new Main(list, new Invocation(Console.of(failing, err), new Cleanup()), false);
        return new TestRun(main.run("probe"), "", err.toString(UTF_8));
    }
}
