package dev.tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.cli.json.StableJson;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs of the real commands inside this JVM. */
final class CommandRun {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private CommandRun() {}

    /** A run that must succeed. */
    static TestRun good(String... args) {
        TestRun run = TestRun.of(Subcommands.all(), false, args);
        assertThat(run.code()).as(run.err()).isZero();
        return run;
    }

    /** The document of a run with {@code --json} that must succeed, checked for the rules of all documents. */
    static JsonNode json(String... args) {
        String out = good(args).out();
        assertThat(StableJson.violations(out)).isEmpty();
        return MAPPER.readTree(out);
    }

    /** What a run prints on one line of standard error that must fail with this code. */
    static String bad(int code, String... args) {
        TestRun run = TestRun.of(Subcommands.all(), false, args);
        assertThat(run.err().lines()).as(run.err()).hasSize(1);
        assertThat(run.err()).startsWith("tarn: ").doesNotContain("bug in tarn");
        assertThat(run.out()).isEmpty();
        assertThat(run.code()).as(run.err()).isEqualTo(code);
        return run.err().strip();
    }

    /** A run that is given bytes on standard input. */
    static TestRun piped(byte[] input, String... args) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input));
        try {
            return TestRun.of(Subcommands.all(), false, args);
        } finally {
            System.setIn(before);
        }
    }

    static TestRun piped(String input, String... args) {
        return piped(input.getBytes(StandardCharsets.UTF_8), args);
    }
}
