package dev.tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** {@code --prefix-cache} and its companion. */
class PrefixCacheRunTest {
    private static final String TEXT =
            "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness, ";

    @TempDir
    private Path folder;

    private static String[] run(String prompt, String... more) {
        String[] args = {
            "run", "--json", "--raw", "--ignore-end", "--attention", "dsa:k=16", "--max-tokens", "8", "--prompt", prompt
        };
        String[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return all;
    }

    @Test
    void prompt_thatBeginsLikeAnEarlierOne_isReadFromTheFolder_andNoTokenChanges() {
        String prompt = TEXT.repeat(25);
        String cache = folder.resolve("cache").toString();
        JsonNode plain = CommandRun.json(run(prompt));
        JsonNode first = CommandRun.json(run(prompt, "--prefix-cache", cache));
        JsonNode second = CommandRun.json(run(prompt, "--prefix-cache", cache));
        JsonNode longer = CommandRun.json(run(prompt + "and so on", "--prefix-cache", cache, "--threads", "1"));
        JsonNode filed = CommandRun.json(
                run(prompt, "--prefix-cache", cache, "--kv-reserve", "300", "--kv-slow", "file:" + folder));

        int tokens = plain.get("prompt_tokens").asInt();
        int hit = (tokens - 1) / 256 * 256;
        assertThat(hit).isGreaterThanOrEqualTo(512);
        assertThat(plain.has("prefix")).isFalse();
        assertThat(first.at("/prefix/hit_tokens").asInt()).isZero();
        assertThat(first.at("/prefix/asked_tokens").asInt()).isEqualTo(tokens);
        assertThat(first.at("/prefix/bytes_saved").asLong()).isPositive();
        assertThat(first.at("/config/prefix_cache_size").asString()).isEqualTo("4G");
        assertThat(first.at("/config").has("prefix_cache")).isFalse();
        for (JsonNode found : new JsonNode[] {second, longer, filed}) {
            assertThat(found.at("/prefix/hit_tokens").asInt()).isEqualTo(hit);
            assertThat(found.at("/prefix/bytes_loaded").asLong()).isPositive();
        }
        for (JsonNode same : new JsonNode[] {first, second, filed}) {
            assertThat(same.get("tokens")).isEqualTo(plain.get("tokens"));
            assertThat(same.get("prompt_tokens")).isEqualTo(plain.get("prompt_tokens"));
        }
        assertThat(second.at("/prefix/bytes_saved").asLong()).isZero();
    }

    @Test
    void prefix_thatIsDamaged_isWarnedOf_andNoTokenChanges() throws IOException {
        String prompt = TEXT.repeat(25);
        JsonNode first = CommandRun.json(run(prompt, "--prefix-cache", folder.toString()));
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.toList();
        }
        for (Path file : files) {
            Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 5_000));
        }
        TestRun again = CommandRun.good(run(prompt, "--prefix-cache", folder.toString()));

        assertThat(again.err().lines().filter(line -> line.startsWith("tarn: warning: ")))
                .hasSize(1)
                .allMatch(line -> line.contains("is torn"));
        assertThat(again.out())
                .contains(first.get("tokens").toString().replace(",", ", ").substring(1, 6));
    }

    @Test
    void stats_saysWhatWasFound() {
        String[] args = run(TEXT.repeat(25), "--prefix-cache", folder.toString(), "--stats");
        args[1] = "--quiet";
        CommandRun.good(args);

        assertThat(CommandRun.good(args).err())
                .containsPattern("prefix cache: (512|768) of \\d+ prompt tokens found, ");
    }

    @Test
    void tasks_readTheirContextsFromTheFolder() {
        String[] eval = {
            "eval",
            "--json",
            "--tasks",
            "needle",
            "--items",
            "2",
            "--context",
            "700",
            "--prefix-cache",
            folder.toString()
        };
        JsonNode first = CommandRun.json(eval);
        JsonNode second = CommandRun.json(eval);

        assertThat(first.at("/prefix/hit_tokens").asInt()).isZero();
        assertThat(second.at("/prefix/hit_tokens").asInt()).isPositive();
        assertThat(second.get("results")).isEqualTo(first.get("results"));
    }

    @Test
    void options_ofAReservation_areListedOnlyWithOne() {
        JsonNode without = CommandRun.json(run("Hello"));
        JsonNode with = CommandRun.json(run("Hello", "--kv-reserve", "64"));

        assertThat(without.get("config").propertyNames())
                .noneMatch(name -> name.startsWith("kv_") && !name.equals("kv_type"));
        assertThat(with.at("/config/kv_policy").asString()).isEqualTo("lru");
        assertThat(with.at("/config/kv_slow").asString()).isEqualTo("ram");
        assertThat(with.at("/config/kv_sharing").asString()).isEqualTo("unified");
        assertThat(with.at("/config/kv_prefetch").asString()).isEqualTo("none");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--prefix-cache-size 1G|--prefix-cache-size goes with --prefix-cache DIR",
                "--prefix-cache d --prefix-cache-size 12|'12' is no number of bytes; write 64M, 4G or the like",
                "--prefix-cache d --prefix-cache-size 5%|'5%' is no number of bytes",
                "--kv-policy lru|--kv-policy says how a reservation is kept; give --kv-reserve too",
                "--kv-prefetch none|--kv-prefetch says how a reservation is kept; give --kv-reserve too",
            })
    void options_thatMakeNoSense_areUsedWrongly(String options, String message) {
        assertThat(CommandRun.bad(2, run("Hello", options.split(" ")))).contains(message);
    }
}
