package dev.tarn.engine.chat;

import java.time.Clock;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a template gets besides the messages.
 *
 * @param bosToken the text of the model's BOS token; null leaves {@code bos_token} undefined
 * @param eosToken the text of its EOS token; null leaves {@code eos_token} undefined
 * @param addGenerationPrompt whether to end with the opening of the assistant's turn
 * @param tools JSON schemas of tools, each a JSON-like map; null where there are none, which templates see as {@code none}
 * @param variables further variables, JSON-like, such as {@code enable_thinking} or {@code date_string}
 * @param clock what {@code strftime_now} reads
 */
public record ChatOptions(
        @Nullable String bosToken,
        @Nullable String eosToken,
        boolean addGenerationPrompt,
        @Nullable List<? extends Map<String, ?>> tools,
        Map<String, ? extends @Nullable Object> variables,
        Clock clock) {

    /** Copies the variables. */
    public ChatOptions {
        variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
    }

    /** With a generation prompt, no tools, no further variables, the system's clock. */
    public static ChatOptions of(@Nullable String bosToken, @Nullable String eosToken) {
        return new ChatOptions(bosToken, eosToken, true, null, Map.of(), new LocalClock());
    }

    /** With or without the opening of the assistant's turn at the end. */
    public ChatOptions withGenerationPrompt(boolean add) {
        return new ChatOptions(bosToken, eosToken, add, tools, variables, clock);
    }

    /** With these tools. */
    public ChatOptions withTools(@Nullable List<? extends Map<String, ?>> more) {
        return new ChatOptions(bosToken, eosToken, addGenerationPrompt, more, variables, clock);
    }

    /** With one more variable. */
    public ChatOptions withVariable(String name, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(variables);
        more.put(name, value);
        return new ChatOptions(bosToken, eosToken, addGenerationPrompt, tools, more, clock);
    }

    /** With this clock. */
    public ChatOptions withClock(Clock other) {
        return new ChatOptions(bosToken, eosToken, addGenerationPrompt, tools, variables, other);
    }
}
