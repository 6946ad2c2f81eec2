package dev.tarn.engine.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.EngineException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real models' templates against the text that the real jinja2 makes of them, set up as in transformers. */
@SuppressWarnings("unchecked")
class ChatTemplateTest {
    private static final Map<String, Object> FIXTURES = ChatFixtures.json("chat.json");
    private static final Map<String, List<Map<String, Object>>> CONVERSATIONS =
            (Map<String, List<Map<String, Object>>>) FIXTURES.get("conversations");

    static Stream<String> templates() {
        return cases().map(c -> (String) c.get("template")).distinct();
    }

    static Stream<Map<String, Object>> cases() {
        return ((List<Map<String, Object>>) FIXTURES.get("cases")).stream();
    }

    @ParameterizedTest
    @MethodSource("templates")
    void render_everyConversation_equalsTransformers(String name) {
        ChatTemplate template = ChatTemplate.parse(name, ChatFixtures.template(name));
        cases().filter(c -> name.equals(c.get("template"))).forEach(c -> check(template, c));
    }

    private static void check(ChatTemplate template, Map<String, Object> c) {
        String what = c.get("conversation") + " " + c.get("variables");
        List<Map<String, Object>> conversation = CONVERSATIONS.get((String) c.get("conversation"));
        List<ChatMessage> messages = conversation.stream().map(ChatMessage::new).toList();
        if (c.get("text") instanceof String expected) {
            assertThat(template.render(messages, options(c))).as(what).isEqualTo(expected);
        } else {
            var error = assertThatThrownBy(() -> template.render(messages, options(c)))
                    .as(what)
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining((String) c.get("template"))
                    .hasMessageContaining("line ");
            if (!c.get("kind").equals("python")) {
                error.hasMessageContaining((String) c.get("error"));
            }
        }
    }

    private static ChatOptions options(Map<String, Object> c) {
        Map<String, Object> variables = new LinkedHashMap<>((Map<String, Object>) c.get("variables"));
        boolean prompt = (Boolean) variables.remove("add_generation_prompt");
        var tools = (List<Map<String, Object>>) variables.remove("tools");
        return new ChatOptions(
                (String) c.get("bos"), (String) c.get("eos"), prompt, tools, variables, ChatFixtures.CLOCK);
    }

    @Test
    void render_markupInUserText_isData() {
        ChatTemplate template = ChatTemplate.parse("t", "{% for m in messages %}{{ m.content }}{% endfor %}");
        String hostile = "{{ 1 + 1 }}{% set x = 2 %}{# gone? #}{{ raise_exception('no') }}";
        assertThat(template.render(List.of(ChatMessage.of("user", hostile)), ChatOptions.of(null, null)))
                .isEqualTo(hostile);
    }

    @Test
    void render_raisedException_namesTemplateLineAndMessage() {
        ChatTemplate template = ChatTemplate.parse("model.gguf", "a\n{{ raise_exception('Roles must alternate') }}");
        assertThatThrownBy(() -> template.render(List.of(), ChatOptions.of("<s>", "</s>")))
                .isInstanceOf(EngineException.class)
                .hasMessage("chat template 'model.gguf', line 2: Roles must alternate");
    }

    @Test
    void render_longConversation_staysWithinLimits() {
        ChatTemplate template = ChatTemplate.parse("qwen-3", ChatFixtures.template("qwen-3"));
        List<ChatMessage> messages = Stream.iterate(0, i -> i + 1)
                .limit(2000)
                .map(i -> ChatMessage.of(i % 2 == 0 ? "user" : "assistant", "word ".repeat(2000)))
                .toList();
        assertThat(template.render(messages, ChatOptions.of(null, null))).hasSizeGreaterThan(19_000_000);
    }

    @Test
    void construct_messageWithoutRole_throws() {
        assertThatThrownBy(() -> new ChatMessage(Map.of("content", "x")))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("role");
    }

    @Test
    void render_foreignValueInVariable_throwsEngineException() {
        ChatTemplate template = ChatTemplate.parse("t", "{{ x }}");
        ChatOptions options = ChatOptions.of(null, null).withVariable("x", new Object());
        assertThatThrownBy(() -> template.render(List.of(), options))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("java.lang.Object");
    }
}
