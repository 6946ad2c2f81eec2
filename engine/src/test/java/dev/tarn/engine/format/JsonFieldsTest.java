package dev.tarn.engine.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonFieldsTest {
    @TempDir
    private Path folder;

    private JsonFields config(String json) throws IOException {
        Files.writeString(folder.resolve("config.json"), json);
        return HuggingFaceConfig.read(folder);
    }

    private static void assertRefused(ThrowingCallable call, String... parts) {
        assertThatThrownBy(call)
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("config.json")
                .hasMessageContainingAll(parts)
                .satisfies(error -> assertThat(error.getMessage().lines()).hasSize(1));
    }

    @Test
    void getters_presentFields_giveTheirValues() throws IOException {
        var config = config("""
                {"model_type":"llama","n":3,"eps":1e-5,"whole":2,"tie":true,"none":null,
                 "eos_token_id":[1,2],"bos_token_id":5,"layer_types":["a","b"],"rope_scaling":{"factor":8.0}}""");
        assertThat(config.string("model_type")).isEqualTo("llama");
        assertThat(config.integer("n")).isEqualTo(3);
        assertThat(config.integer("none", 4)).isEqualTo(4);
        assertThat(config.floating("eps")).isEqualTo(1e-5);
        assertThat(config.floating("whole")).isEqualTo(2);
        assertThat(config.bool("tie")).isTrue();
        assertThat(config.has("none")).isFalse();
        assertThat(config.integers("eos_token_id")).containsExactly(1, 2);
        assertThat(config.integers("bos_token_id")).containsExactly(5);
        assertThat(config.integers("absent")).isEmpty();
        assertThat(config.strings("layer_types")).containsExactly("a", "b");
        assertThat(config.object("rope_scaling").floating("factor")).isEqualTo(8);
        assertThat(config.findObject("none")).isNull();
    }

    @Test
    void getters_wrongOrMissingFields_nameFileAndField() throws IOException {
        var config = config("{\"n\":\"x\",\"f\":1.5,\"huge\":1e999,\"rope_scaling\":{\"factor\":\"8\"}}");
        assertRefused(() -> config.integer("n"), "field n", "\"x\"", "integer");
        assertRefused(() -> config.integer("f"), "field f", "1.5");
        assertRefused(() -> config.floating("huge"), "field huge", "finite");
        assertRefused(() -> config.string("absent"), "field absent", "missing");
        assertRefused(() -> config.object("n"), "field n", "object");
        assertRefused(() -> config.object("rope_scaling").floating("factor"), "field rope_scaling.factor", "\"8\"");
    }

    @Test
    void read_malformedDocuments_sayWhere() {
        assertRefused(() -> config("{\n\"a\": }"), "line 2", "not valid JSON");
        assertRefused(() -> config("[1]"), "not a JSON object");
        assertRefused(() -> config(""), "not a JSON object");
        assertRefused(() -> config("{\"a\":1,\"a\":2}"), "Duplicate");
        assertRefused(() -> config("[".repeat(100_000)), "not valid JSON");
        assertThatThrownBy(() -> HuggingFaceConfig.read(folder.resolve("none.json")))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("no such file");
    }
}
