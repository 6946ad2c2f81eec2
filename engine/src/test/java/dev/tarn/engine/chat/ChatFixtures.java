package dev.tarn.engine.chat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Reads what make_chat_fixtures.py wrote with the real jinja2. */
public final class ChatFixtures {
    private ChatFixtures() {}

    /** The fixture's time: 2025-07-04 09:05:03. */
    public static final Clock CLOCK =
            Clock.fixed(LocalDateTime.of(2025, 7, 4, 9, 5, 3).toInstant(ZoneOffset.UTC), ZoneOffset.UTC);

    /** A JSON file beside the templates. */
    public static Map<String, Object> json(String name) {
        return JsonMapper.shared().readValue(text(name), new TypeReference<>() {});
    }

    /** A template's text. */
    public static String template(String name) {
        return text("templates/" + name + ".jinja");
    }

    private static String text(String name) {
        try (InputStream in = ChatFixtures.class.getResourceAsStream("/dev/tarn/engine/chat/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
