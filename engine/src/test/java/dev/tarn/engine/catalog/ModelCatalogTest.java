package dev.tarn.engine.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelCatalogTest {
    @TempDir
    private Path folder;

    @Test
    void load_ownCatalogue_hasTheModelsThatTarnIsTestedWith() {
        ModelCatalog catalog = ModelCatalog.load(null);

        assertThat(catalog.models()).extracting(CatalogModel::name).contains("SmolLM2-135M-Instruct", "Gemma-3-270M");
        assertThat(catalog.get("SmolLM2-135M-Instruct").bytes()).isEqualTo(98_362_432);
        assertThat(catalog.get("SmolLM2-135M-Instruct").terms()).isNull();
        assertThat(catalog.get("Gemma-3-270M").terms()).contains("Gemma Terms of Use");
        assertThat(catalog.get("Gemma-3-270M").sources().getFirst().describe()).contains("part1==", "part4==");
    }

    @Test
    void get_unknownName_namesThoseThereAre() {
        assertThatThrownBy(() -> ModelCatalog.load(null).get("Gemma"))
                .isInstanceOf(EngineException.class)
                .hasMessage("there is no model 'Gemma' in the catalogue; it has SmolLM2-135M-Instruct, Gemma-3-270M");
    }

    @Test
    void load_furtherCatalogue_addsItsModelsWithPathsBesideIt() throws IOException {
        Path file = Files.writeString(folder.resolve("mine.json"), entry("own", "w.gguf", 3, "a".repeat(64), "file"));

        CatalogModel model = ModelCatalog.load(file).get("own");

        assertThat(model.sources()).containsExactly(new ModelSource.LocalFile(folder.resolve("there.gguf")));
        assertThat(ModelCatalog.load(file).models()).hasSize(3);
    }

    private static String entry(String name, String file, long bytes, String sha256, String kind) {
        return """
                {"models": [{"name": "%s", "file": "%s", "bytes": %d, "sha256": "%s", "licence": "MIT",
                  "sources": [{"kind": "%s", "path": "there.gguf"}]}]}""".formatted(name, file, bytes, sha256, kind);
    }

    @ParameterizedTest
    @CsvSource({
        "../out, w.gguf, 3, 64, file, name is '../out'",
        "own, a/b, 3, 64, file, file is 'a/b'",
        "own, .., 3, 64, file, file is '..'",
        "own, w.gguf, 0, 64, file, bytes is 0",
        "own, w.gguf, 3, 63, file, sha256 is",
        "own, w.gguf, 3, 64, ftp, kind is 'ftp'"
    })
    void load_damagedCatalogue_namesFileAndField(
            String name, String file, long bytes, int digits, String kind, String message) throws IOException {
        Path path = Files.writeString(folder.resolve("bad.json"), entry(name, file, bytes, "a".repeat(digits), kind));

        assertThatThrownBy(() -> ModelCatalog.load(path))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("bad.json: field models[0].")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"/c, /x, /c", "'', /x, /x/tarn", "'', '', /home/u/.cache/tarn", "'', relative, /home/u/.cache/tarn"})
    void cache_environment_isFollowedInOrder(String own, String xdg, Path folder) {
        ModelCache cache = ModelCache.of(Map.of("TARN_CACHE", own, "XDG_CACHE_HOME", xdg), "/home/u");

        assertThat(cache.folder()).isEqualTo(folder);
    }

    @Test
    void find_fileOfAnotherSize_isNotThere() throws IOException {
        ModelCache cache = new ModelCache(folder);
        CatalogModel model = ModelCatalog.load(null).get("Gemma-3-270M");
        Files.createDirectories(cache.path(model).getParent());
        Files.write(cache.path(model), new byte[10]);

        assertThat(cache.find(model)).isNull();
    }
}
