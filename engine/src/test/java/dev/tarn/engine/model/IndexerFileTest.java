package dev.tarn.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.KernelProvider;
import dev.tarn.engine.format.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Indexer files: what they say of themselves, which models they are for, where they are looked for. */
class IndexerFileTest {
    private static ModelFile tiny;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        tiny = ModelFile.open(ModelLocator.find(ModelLocator.TINY));
    }

    @AfterAll
    static void close() {
        tiny.close();
    }

    private static IndexerMetadata metadata(int layers, int hidden, double theta, String sha256, long bytes) {
        return new IndexerMetadata(
                "tiny-reader",
                sha256,
                bytes,
                layers,
                hidden,
                2,
                8,
                4,
                theta,
                1e-6,
                3,
                9,
                1,
                Collections.nCopies(layers, 0.25),
                "F32",
                Map.of("seed", 7));
    }

    private static SafetensorsWriter weights(int layers, int hidden) {
        SafetensorsWriter writer = new SafetensorsWriter();
        for (int i = 0; i < layers; i++) {
            String prefix = "layers." + i + ".indexer.";
            writer.floats(prefix + "wq", new float[16 * hidden], 16, hidden)
                    .floats(prefix + "wk", new float[8 * hidden], 8, hidden)
                    .floats(prefix + "wk_norm.weight", new float[8], 8)
                    .floats(prefix + "wk_norm.bias", new float[8], 8)
                    .floats(prefix + "ww", new float[2 * hidden], 2, hidden);
        }
        return writer;
    }

    private Path write(String name, IndexerMetadata metadata, int layers, int hidden) {
        Path path = folder.resolve(name);
        weights(layers, hidden).metadata(IndexerFile.FIELD, metadata.json()).write(path);
        return path;
    }

    private static void bind(Path path) {
        try (CpuBackend backend = new CpuBackend(KernelProvider.select(), 1);
                IndexerFile file = IndexerFile.open(path);
                Decoder decoder = new Decoder(tiny, backend, file)) {
            assertThat(decoder.runsIndexer(0)).isTrue();
        }
    }

    @Test
    void open_describedInItsMetadata_readsWhatWasWritten() {
        IndexerMetadata written = metadata(8, 256, 500_000, "ab".repeat(32), 123);

        Path path = write("x.indexer.safetensors", written, 8, 256);

        try (IndexerFile file = IndexerFile.open(path)) {
            assertThat(file.metadata()).isEqualTo(written);
        }
        assertThat(IndexerFile.isIndexer(path)).isTrue();
        bind(path);
    }

    @Test
    void open_describedBesideIt_readsThat() throws IOException {
        Path path = folder.resolve("y.safetensors");
        weights(8, 256).write(path);
        assertThatThrownBy(() -> IndexerFile.open(path))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("y.json is not beside it");

        Files.writeString(
                folder.resolve("y.json"), metadata(8, 256, 500_000, "", 0).json());

        bind(path);
        assertThat(IndexerFile.isIndexer(path)).isTrue();
    }

    @ParameterizedTest(name = "{0} layers, hidden {1}, base {2}")
    @CsvSource({
        "7, 256, 500000, field layers is 7, but the model has 8",
        "8, 128, 500000, field hidden is 128, but the model has 256",
        "8, 256, 10000,  trained with RoPE base 10000.0, but the model has 500000.0"
    })
    void bind_forAnotherModel_isRefusedInOneLine(int layers, int hidden, double theta, String said) {
        Path path = write("z.safetensors", metadata(layers, hidden, theta, "", 0), layers, hidden);

        assertThatThrownBy(() -> bind(path))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("z.safetensors")
                .hasMessageContaining(said)
                .hasMessageContaining("belongs to another model")
                .hasMessageNotContaining("\n");
    }

    @Test
    void open_ofALaterFormula_isRefused() throws IOException {
        Path path = folder.resolve("later.safetensors");
        weights(8, 256).write(path);
        String json = metadata(8, 256, 500_000, "", 0).json();
        Files.writeString(folder.resolve("later.json"), json.replace("\"formula_version\":1", "\"formula_version\":2"));

        assertThatThrownBy(() -> IndexerFile.open(path))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("formula_version");
    }

    @Test
    void warning_trainedOnOtherWeights_isSaidAndOtherwiseNot() throws IOException {
        long bytes = Files.size(tiny.path());
        assertThat(warning(metadata(8, 256, 500_000, tiny.sha256(), bytes))).isNull();
        assertThat(warning(metadata(8, 256, 500_000, "", 0))).isNull();
        assertThat(warning(metadata(8, 256, 500_000, tiny.sha256(), bytes + 1))).contains("other weights");
        assertThat(warning(metadata(8, 256, 500_000, "ab".repeat(32), bytes)))
                .contains("other weights")
                .contains("tiny-reader")
                .contains("abababababab")
                .doesNotContain("\n");
    }

    private String warning(IndexerMetadata metadata) {
        try (IndexerFile file = IndexerFile.open(write("w.safetensors", metadata, 8, 256))) {
            return file.warning(tiny);
        }
    }

    @Test
    void find_besideBeforeCacheBeforeShipped_takesTheFirstThatIsThere() throws IOException {
        String cache = System.getProperty("tarn.cache");
        String home = System.getProperty("tarn.home");
        try {
            System.setProperty("tarn.cache", folder.resolve("cache").toString());
            System.setProperty("tarn.home", folder.resolve("home").toString());
            Path model = Files.createDirectories(folder.resolve("m")).resolve("some.Q4_1.gguf");
            assertThat(IndexerLocator.find(model)).isNull();

            Path shipped = touch("home/models/some/some.Q4_1.indexer.safetensors");
            touch("home/models/some/other.indexer.safetensors");
            assertThat(IndexerLocator.find(model)).isEqualTo(shipped);
            Path cached = touch("cache/indexers/some.Q4_1.indexer.safetensors");
            assertThat(IndexerLocator.find(model)).isEqualTo(cached);
            Path beside = touch("m/some.Q4_1.indexer.safetensors");
            assertThat(IndexerLocator.find(model)).isEqualTo(beside);
        } finally {
            restore("tarn.cache", cache);
            restore("tarn.home", home);
        }
    }

    private Path touch(String name) throws IOException {
        Path path = folder.resolve(name);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, "");
    }

    private static void restore(String name, String value) {
        if (value == null) {
            System.clearProperty(name);
        } else {
            System.setProperty(name, value);
        }
    }

    @Test
    void ropeTheta_ofTheEmbeddedModel_isTheOneOfItsFile() {
        assertThat(IndexerMetadata.ropeTheta(tiny.architecture()) / 500_000 - 1).isBetween(-1e-5, 1e-5);
    }
}
