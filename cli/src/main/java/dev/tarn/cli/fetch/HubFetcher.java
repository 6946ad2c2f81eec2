package dev.tarn.cli.fetch;

import dev.tarn.engine.catalog.ModelSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Fetches files of Hugging Face's hub: {@code GET ENDPOINT/REPOSITORY/resolve/REVISION/FILE}. An interrupted fetch goes on where it
 * ended, by a range request (RFC 9110, section 14). Redirects are followed here so that the token goes to the hub alone.
 */
final class HubFetcher {
    private static final int MOST_REDIRECTS = 5;
    private static final Duration CONNECT = Duration.ofSeconds(15);

    private final URI endpoint;
    private final @Nullable String token;
    private final Duration patience;

    /**
     * A fetcher.
     *
     * @param endpoint the hub's address
     * @param token what authorises the user, or null
     * @param patience how long nothing may arrive
     */
    HubFetcher(URI endpoint, @Nullable String token, Duration patience) {
        this.endpoint = endpoint;
        this.token = token;
        this.patience = patience;
    }

    void fetch(ModelSource.HubFile source, long bytes, PartialFile into, FetchListener listener) {
        try (HttpClient client = HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .proxy(ProxySelector.getDefault())
                .build()) {
            fetch(client, source, bytes, into, listener);
        } catch (IOException e) {
            throw new FetchException("at " + endpoint.getHost() + " failed (" + reason(e) + "); check the network", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FetchException("was interrupted", e);
        }
    }

    private void fetch(
            HttpClient client, ModelSource.HubFile source, long bytes, PartialFile into, FetchListener listener)
            throws IOException, InterruptedException {
        long have = into.resume();
        if (have == bytes) {
            return;
        }
        HttpResponse<InputStream> response = get(client, address(source), have);
        try (InputStream body = new StallGuard(response.body(), patience)) {
            boolean resumed = response.statusCode() == 206 && begins(response, have);
            if (response.statusCode() == 416 || (response.statusCode() == 206 && !resumed)) {
                into.restart();
                throw new FetchException("cannot go on after " + have + " bytes; run it again to begin anew");
            }
            if (response.statusCode() != 200 && !resumed) {
                throw refused(source, response.statusCode());
            }
            if (!resumed) {
                into.restart();
            }
            listener.begin("fetch", bytes);
            listener.advance(resumed ? have : 0);
            Copy.all(body, into, listener);
        }
    }

    private static boolean begins(HttpResponse<?> response, long have) {
        String range = response.headers().firstValue("Content-Range").orElse("");
        return range.startsWith("bytes " + have + "-");
    }

    private HttpResponse<InputStream> get(HttpClient client, URI address, long from)
            throws IOException, InterruptedException {
        URI at = address;
        for (int i = 0; i <= MOST_REDIRECTS; i++) {
            HttpResponse<InputStream> response = client.send(request(at, from), BodyHandlers.ofInputStream());
            String location = response.headers().firstValue("Location").orElse("");
            if (response.statusCode() / 100 != 3 || location.isEmpty()) {
                return response;
            }
            response.body().close();
            URI next = at.resolve(location);
            if (at.getScheme().equals("https") && !"https".equals(next.getScheme())) {
                throw new FetchException("redirects from HTTPS to " + next.getScheme() + ", which is not followed");
            }
            at = next;
        }
        throw new FetchException("redirects more than " + MOST_REDIRECTS + " times");
    }

    private HttpRequest request(URI at, long from) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(at).timeout(patience).header("User-Agent", "tarn");
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
        }
        if (token != null && at.getAuthority().equals(endpoint.getAuthority())) {
            request.header("Authorization", "Bearer " + token);
        }
        return request.build();
    }

    private URI address(ModelSource.HubFile source) {
        return URI.create(endpoint.toString().replaceFirst("/+$", "") + "/" + escaped(source.repository()) + "/resolve/"
                + escaped(source.revision()) + "/" + escaped(source.file()));
    }

    private static String escaped(String path) {
        return Arrays.stream(path.split("/"))
                .map(segment ->
                        URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/"));
    }

    private FetchException refused(ModelSource.HubFile source, int status) {
        String why = switch (status) {
            case 401, 403 ->
                token == null
                        ? "wants to know who asks: set HF_TOKEN to a token that may read " + source.repository()
                        : "does not let this HF_TOKEN read " + source.repository() + ": accept its terms there first";
            case 404 -> "has no such file at revision " + source.revision();
            default -> "answers HTTP " + status + "; try again later";
        };
        return new FetchException(why);
    }

    private static String reason(IOException e) {
        String name = e.getClass().getSimpleName();
        return e.getMessage() == null ? name : name + ": " + e.getMessage();
    }
}
