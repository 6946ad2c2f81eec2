package dev.tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code --kv-reserve} and its companions. */
class KvReserveTest {
    private static final String[] RUN = {
        "run",
        "--json",
        "--raw",
        "--ignore-end",
        "--attention",
        "dsa:k=16",
        "--max-tokens",
        "12",
        "--prompt",
        "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age"
    };

    @TempDir
    private Path folder;

    private static String[] with(String... more) {
        String[] args = Arrays.copyOf(RUN, RUN.length + more.length);
        System.arraycopy(more, 0, args, RUN.length, more.length);
        return args;
    }

    @Test
    void reservation_inMemoryOrOverAFile_changesNoTokenAndIsCounted() {
        JsonNode without = CommandRun.json(RUN);
        JsonNode ram = CommandRun.json(with("--kv-reserve", "300", "--kv-policy", "next-visit"));
        JsonNode file = CommandRun.json(with(
                "--kv-reserve", "300", "--kv-policy", "next-visit", "--kv-slow", "file:" + folder, "--kv-checksums"));

        assertThat(without.has("kv")).isFalse();
        assertThat(ram.get("tokens")).isEqualTo(without.get("tokens"));
        assertThat(file.get("tokens")).isEqualTo(without.get("tokens"));
        assertThat(file.at("/config/kv_slow").asString()).isEqualTo("file");
        assertThat(folder).isEmptyDirectory();
        for (JsonNode kv : new JsonNode[] {ram.get("kv"), file.get("kv")}) {
            assertThat(kv.get("entries").asInt()).isEqualTo(300);
            // f16: two KV heads of 64 numbers, keys and values
            assertThat(kv.get("entry_bytes").asInt()).isEqualTo(512);
            // 11 steps of 8 layers select 16 entries each, of which the step's own is neither hit nor miss.
            assertThat(kv.get("hits").asLong() + kv.get("misses").asLong()).isBetween(11 * 8 * 15L, 11 * 8 * 16L);
            assertThat(kv.get("bytes_fetched").asLong())
                    .isEqualTo(512 * kv.get("misses").asLong());
            assertThat(kv.at("/timing/hidden_share").asDouble()).isBetween(0.0, 1.0);
            assertThat(kv.get("layers")).hasSize(8);
            for (String field : new String[] {"hits", "misses", "bytes_fetched", "batches", "reads", "evictions"}) {
                long sum = StreamSupport.stream(kv.get("layers").spliterator(), false)
                        .mapToLong(layer -> layer.get(field).asLong())
                        .sum();
                assertThat(kv.get(field).asLong()).as(field).isEqualTo(sum);
            }
        }
        assertThat(file.at("/kv/misses")).isEqualTo(ram.at("/kv/misses"));
    }

    @Test
    void stats_showsALineForEachLayerAndOneForAll() {
        String[] args = with("--kv-reserve", "10%", "--stats");
        args[1] = "--quiet";

        String err = CommandRun.good(args).err();

        assertThat(err).contains("hit rate");
        assertThat(err.lines().filter(line -> line.matches("(\\d|all) .*%.*"))).hasSize(9);
    }

    @Test
    void timeline_isAChromeTraceOfReadsAndAttention() throws IOException {
        Path file = folder.resolve("timeline.json");
        CommandRun.good(with("--kv-reserve", "64", "--kv-slow", "file:" + folder, "--timeline", file.toString()));

        JsonNode events = JsonMapper.shared().readTree(Files.readString(file)).get("traceEvents");
        Map<String, Integer> counts = new TreeMap<>();
        for (JsonNode event : events) {
            if (event.get("ph").asString().equals("X")) {
                counts.merge(event.get("name").asString(), 1, Integer::sum);
                assertThat(event.get("ts").asDouble()).isNotNegative();
                assertThat(event.get("dur").asDouble()).isNotNegative();
                assertThat(event.at("/args/layer").asInt()).isBetween(0, 7);
            }
        }
        assertThat(counts).containsOnlyKeys("attend", "fetch", "wait");
        assertThat(counts.get("attend")).isEqualTo(11 * 8);
    }

    @Test
    void prefetch_overAFile_isCounted() {
        JsonNode kv = CommandRun.json(
                        with("--kv-reserve", "64", "--kv-slow", "file:" + folder, "--kv-prefetch", "previous"))
                .get("kv");

        assertThat(kv.get("prefetched_useful").asLong())
                .isPositive()
                .isLessThanOrEqualTo(kv.get("prefetched").asLong());
    }

    /** 8 layers × 8192 positions; 512 bytes an entry. */
    @ParameterizedTest
    @CsvSource({"2048,2048", "25%,16384", "64K,128", "1.5MiB,3072", "90G,65536", "0,0"})
    void room_inAnyUnit_isSoManyEntries(String given, int entries) {
        JsonNode json = CommandRun.json(with("--kv-reserve", given, "--kv-sharing", "layer"));

        assertThat(json.at("/kv/entries").asInt()).isEqualTo(entries);
    }

    @Test
    void pool_thatHoldsLessThanAStep_isWarnedOf() {
        String warned = CommandRun.good(with("--kv-reserve", "100")).err();
        String survives = CommandRun.good(with("--kv-reserve", "100", "--kv-policy", "next-visit"))
                .err();

        assertThat(warned).contains("one step reads layers × k = 128 entries").contains("--kv-policy next-visit");
        assertThat(survives).doesNotContain("warning");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--kv-reserve 5X|'5X' is no room for entries; write bytes (64M), entries (2048) or per cent (25%)",
                "--kv-reserve 1.5|'1.5' is no room for entries",
                "--kv-reserve 64 --kv-policy mru|unknown policy 'mru'; use one of lru, fifo",
                "--kv-reserve 64 --kv-sharing all|unknown sharing 'all'; use unified, layer or sequence",
                "--kv-reserve 64 --kv-slow disk|'disk' is neither; write ram or file:DIR",
                "--kv-slow file:/tmp|needs room to read entries into; give --kv-reserve too",
                "--kv-reserve 64 --kv-checksums|--kv-checksums checks a file; give --kv-slow file:DIR too",
                "--timeline t.json|--timeline shows a reservation; give --kv-reserve",
                "--kv-reserve 64 --kv-prefetch all|unknown prefetch 'all'; use none, previous, layer or ema",
                "--stats|--stats shows a reservation; give --kv-reserve",
            })
    void options_thatMakeNoSense_areUsedWrongly(String options, String message) {
        assertThat(CommandRun.bad(2, with(options.split(" ")))).contains(message);
    }

    @Test
    void slowTier_inNoFolder_fails() {
        assertThat(CommandRun.bad(1, with("--kv-reserve", "64", "--kv-slow", "file:" + folder.resolve("missing"))))
                .contains("is no folder; make it, or name another one");
    }
}
