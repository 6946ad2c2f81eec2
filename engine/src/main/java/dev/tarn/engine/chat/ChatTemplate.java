package dev.tarn.engine.chat;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.chat.jinja.Template;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model's own chat template: how a conversation becomes the text it was trained on. Renders as
 * {@code apply_chat_template(tokenize=False)} of Hugging Face transformers does. Thread-safe.
 */
public final class ChatTemplate {
    private final Template template;

    private ChatTemplate(Template template) {
        this.template = template;
    }

    /**
     * Parses a template.
     *
     * @param name what errors call it, such as the model's name or file
     * @param source the Jinja text: GGUF's {@code tokenizer.chat_template}, or {@code chat_template} of tokenizer_config.json
     * @throws EngineException if it cannot be parsed: name, line and what is wrong
     */
    public static ChatTemplate parse(String name, String source) {
        return new ChatTemplate(Template.parse(name, source));
    }

    /**
     * Renders a conversation. Text in messages is data: markup in it appears in the result as it is written. Special tokens written in
     * it appear too, so the caller decides whether the tokenizer may read them as such.
     *
     * @param messages the conversation, in order
     * @param options tokens, tools and further variables
     * @throws EngineException with the template's name and line: what the template raised (roles that do not alternate), a field it
     *     misses, or a limit on steps, memory or depth
     */
    public String render(List<ChatMessage> messages, ChatOptions options) {
        Map<String, @Nullable Object> variables = new LinkedHashMap<>();
        variables.put("messages", messages.stream().map(ChatMessage::fields).toList());
        variables.put("tools", options.tools());
        variables.put("documents", null);
        variables.put("add_generation_prompt", options.addGenerationPrompt());
        if (options.bosToken() != null) {
            variables.put("bos_token", options.bosToken());
        }
        if (options.eosToken() != null) {
            variables.put("eos_token", options.eosToken());
        }
        variables.putAll(options.variables());
        return template.render(variables, options.clock());
    }
}
