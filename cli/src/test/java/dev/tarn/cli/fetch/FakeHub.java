package dev.tarn.cli.fetch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A hub on this machine that holds one file, knows ranges and redirects, and breaks off when told to. */
final class FakeHub implements AutoCloseable {
    final List<String> requests = new CopyOnWriteArrayList<>();
    volatile int status = 200;
    volatile int breakAfter = Integer.MAX_VALUE;
    volatile boolean ranges = true;
    volatile long pauseMillis;

    private final HttpServer server;
    private final byte[] file;

    FakeHub(byte[] file) throws IOException {
        this.file = file;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    URI address() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        var headers = exchange.getRequestHeaders();
        String range = headers.getFirst("Range");
        requests.add(
                exchange.getRequestURI() + " range=" + range + " authorization=" + headers.getFirst("Authorization"));
        try (exchange) {
            if (exchange.getRequestURI().getPath().contains("/resolve/") && status == 302) {
                exchange.getResponseHeaders()
                        .set(
                                "Location",
                                "http://127.0.0.1:" + server.getAddress().getPort() + "/store");
                exchange.sendResponseHeaders(302, -1);
            } else if (status >= 400) {
                exchange.sendResponseHeaders(status, -1);
            } else {
                send(exchange, ranges && range != null ? Integer.parseInt(range.replaceAll("\\D", "")) : 0);
            }
        }
    }

    private void send(HttpExchange exchange, int from) throws IOException {
        if (from > 0) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (file.length - 1) + "/" + file.length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, file.length - from);
        byte[] body = Arrays.copyOfRange(file, from, Math.min(file.length, Math.max(from, breakAfter)));
        exchange.getResponseBody().write(body);
        exchange.getResponseBody().flush();
        try {
            Thread.sleep(pauseMillis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
