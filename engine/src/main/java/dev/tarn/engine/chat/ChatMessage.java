package dev.tarn.engine.chat;

import dev.tarn.engine.EngineException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One message of a conversation.
 *
 * @param fields its fields in order, JSON-like: {@code role}, mostly {@code content} (text, a list of parts, or null), and what the
 *     template may ask for, such as {@code tool_calls}, {@code reasoning_content}, {@code name}, {@code tool_call_id}
 */
public record ChatMessage(Map<String, @Nullable Object> fields) {
    /** Checks that there is a role. */
    public ChatMessage {
        if (!(fields.get("role") instanceof String)) {
            throw new EngineException("a chat message has no 'role'; give system, user, assistant or tool");
        }
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** A message of text. */
    public static ChatMessage of(String role, String content) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("role", role);
        fields.put("content", content);
        return new ChatMessage(fields);
    }

    /** This message with one more field, or another value of one. */
    public ChatMessage with(String name, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(fields);
        more.put(name, value);
        return new ChatMessage(more);
    }

    /** Who speaks. */
    public String role() {
        return String.valueOf(fields.get("role"));
    }

    /** What is said: text, a list of parts, or null. */
    public @Nullable Object content() {
        return fields.get("content");
    }
}
