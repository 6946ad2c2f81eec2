package dev.tarn.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.cli.commands.RunCommand;
import dev.tarn.cli.json.ResolvedOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class PlainOptionsTest {
    @Test
    void names_ofRun_areAllOptionsOfPicocli() {
        TarnCommand run = new RunCommand();
        var known = new CommandLine(new RunCommand()).getCommandSpec().optionsMap();

        assertThat(run.plainOptions().names()).isNotEmpty().allMatch(known::containsKey);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--prompt|Who are you?",
                "--prompt|a=b ${x} \"y\"",
                "--prompt|run",
                "--prompt|--",
                "--prompt|a|--prompt|b",
                "--prompt|@file",
                "--prompt|-a",
                "--prompt|",
                "--prompt|\"quoted\"",
                "--prompt",
                "--prompt=x",
                "--max-tokens|0|--seed|999999999|--threads|3",
                "--max-tokens|007",
                "--max-tokens|1000000000",
                "--max-tokens|x",
                "--model|tiny|--attention|dsa:k=128|--raw|--no-bos|--ignore-end|--quiet|--json",
                "--raw|true",
                "--max-tok|3",
                "-q",
                "-qh",
                "--help",
                "--kv-reserve|64M",
                "stray",
            })
    void setPlainly_anyLine_setsWhatPicocliSetsOrNothing(String line) {
        String[] args = line.split("\\|", -1);
        var plain = new RunCommand();
        String[] named = new String[args.length + 1];
        named[0] = "run";
        System.arraycopy(args, 0, named, 1, args.length);

        Map<String, Object> read = plain.setPlainly(named) ? parsed(args) : options(new RunCommand());

        assertThat(options(plain)).isEqualTo(read);
    }

    @Test
    void setPlainly_commonLine_needsNoPicocli() {
        assertThat(new RunCommand().setPlainly("run", "--prompt", "Who are you?", "--max-tokens", "1"))
                .isTrue();
        assertThat(new RunCommand().setPlainly("run", "--prompt", "Who are you?", "--max-tokens", "x"))
                .isFalse();
    }

    private static Map<String, Object> parsed(String... args) {
        var command = new RunCommand();
        new CommandLine(command).parseArgs(args);
        return options(command);
    }

    private static Map<String, Object> options(RunCommand command) {
        return ResolvedOptions.of(new CommandLine(command).getCommandSpec());
    }
}
