package dev.tarn.cli.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.cli.machine.Machine;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonDocumentTest {
    private enum Sharing {
        PER_LAYER
    }

    private record Timing(double prefillTokS) {}

    private record Row(
            String policy, int hitCount, Double missRate, Optional<Integer> waves, Sharing sharing, Timing timing) {}

    private static JsonDocument document() {
        return new JsonDocument("0.1.0");
    }

    @Test
    void render_everything_isOrderedAndInSnakeCase() {
        var text = document()
                .put("results", List.of(new Row("lru", 3, 0.25, Optional.of(2), Sharing.PER_LAYER, new Timing(8.5))))
                .machine(new Machine("Some CPU", 2, 256, 1024, "Some VM 25"))
                .config("trace", Path.of("a/b.parquet"))
                .model("tiny", "ab12")
                .render();

        assertThat(text).isEqualTo("""
                {
                  "tarn" : "0.1.0",
                  "model" : {
                    "name" : "tiny",
                    "sha256" : "ab12"
                  },
                  "config" : {
                    "trace" : "a/b.parquet"
                  },
                  "machine" : {
                    "cpu" : "Some CPU",
                    "cores" : 2,
                    "vector_bits" : 256,
                    "memory_bytes" : 1024,
                    "jvm" : "Some VM 25"
                  },
                  "results" : [ {
                    "policy" : "lru",
                    "hit_count" : 3,
                    "miss_rate" : 0.25,
                    "waves" : 2,
                    "sharing" : "per_layer",
                    "timing" : {
                      "prefill_tok_s" : 8.5
                    }
                  } ]
                }
                """);
        assertThat(StableJson.violations(text)).isEmpty();
    }

    @Test
    void put_numbersThatDoNotExist_areAbsent() {
        var row = new Row("lru", 3, Double.NaN, Optional.empty(), Sharing.PER_LAYER, new Timing(Double.NaN));

        var text = document()
                .put("a", Double.POSITIVE_INFINITY)
                .put("b", null)
                .put("c", Float.NaN)
                .put("d", Map.of("x", Double.NaN, "y", 1))
                .put("row", row)
                .config("e", null)
                .render();

        assertThat(text)
                .doesNotContain(
                        "NaN", "null", "Infinity", "\"a\"", "\"b\"", "\"c\"", "\"e\"", "\"x\"", "miss_rate", "waves")
                .contains("\"y\" : 1");
    }

    @Test
    void put_noNumberInsideAnArray_isRefusedWithItsPlace() {
        assertThatThrownBy(() -> document().put("curve", Map.of("y", new double[] {1, Double.NaN})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("curve.y[1] is no number");
    }

    @Test
    void put_maps_areOrderedByKey() {
        var text = document().put("m", Map.of("b", 1, "c", 2, "a", 3)).render();

        assertThat(text).containsSubsequence("\"a\" : 3", "\"b\" : 1", "\"c\" : 2");
    }

    @Test
    void render_ownFieldNamedLikeACommonOne_isRefused() {
        assertThatThrownBy(() -> document().put("config", 1).render())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'config' is a field of every document");
    }

    @Test
    void violations_ofEachKind_areFound() {
        var text = """
                {"camelCase": 1, "value": null, "rate": "NaN", "rows": [{"decode_time": 3, "timing": {"elapsed": 1}}]}
                """;
        assertThat(StableJson.violations(text))
                .containsExactly(
                        "tarn: missing",
                        "config: missing",
                        "camelCase: not in snake_case",
                        "value: null",
                        "rate: NaN",
                        "rows[0].decode_time: depends on the clock; put it under timing or give it a suffix",
                        "machine: missing beside measured time");
    }

    @Test
    void differences_ignoreTheClockAndNothingElse() {
        var first = "{\"a\": 1, \"x\": [{\"tok_s\": 1, \"hits\": 5}], \"timing\": {\"z\": 1}, \"took_ms\": 4}";
        var second = "{\"a\": 1, \"x\": [{\"tok_s\": 2, \"hits\": 6}], \"timing\": {\"z\": 2}, \"b\": 1}";

        assertThat(StableJson.differences(first, second)).containsExactly("b", "x[0].hits");
    }
}
