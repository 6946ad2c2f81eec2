package dev.tarn.engine.chat.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.chat.ChatFixtures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mutated templates: whatever comes, the text or one EngineException of one line, soon. */
@SuppressWarnings("unchecked")
class TemplateFuzzTest {
    private static final Limits SMALL = new Limits(200_000, 1 << 20, 200);
    private static final List<String> PIECES = List.of(
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            "-",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "|",
            ".",
            ":",
            ",",
            "'",
            "\"",
            "\\",
            "~",
            "*",
            "**",
            " in ",
            " is ",
            " not ",
            " if ",
            " else ",
            "{% endif %}",
            "{% endfor %}",
            "{% for x in messages %}",
            "{% raw %}",
            "{% break %}",
            "messages",
            "loop",
            "|tojson",
            "|list",
            "|map('upper')",
            "|sort",
            "[::-1]",
            "9".repeat(30),
            "range(99999)",
            "%",
            "\n",
            "\u0000",
            "\ud800",
            "😀",
            "{{ messages }}",
            "|groupby('role')",
            "|batch(3)",
            "|unique",
            ".split()",
            ".format(1)",
            "% 3",
            "{% set ns.x = 1 %}",
            "|round(2)",
            "|int",
            "|default(1)",
            "|indent(9, true)");

    private final List<String> sources = sources();

    private static List<String> sources() {
        List<String> out = new ArrayList<>();
        for (var snippet :
                (List<Map<String, Object>>) ChatFixtures.json("snippets.json").get("cases")) {
            out.add((String) snippet.get("source"));
        }
        for (String name : List.of("llama-3.1-instruct", "qwen-3", "gemma-3-it", "smollm3", "deepseek-v3", "glm-4.5")) {
            out.add(ChatFixtures.template(name));
        }
        return out;
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void render_mutatedTemplates_throwNothingButEngineException(long seed) {
        run(seed, 2000);
    }

    @Tag("nightly")
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13, 14})
    void render_manyMutatedTemplates_throwNothingButEngineException(long seed) {
        run(seed, 50_000);
    }

    private void run(long seed, int count) {
        Random random = new Random(seed);
        for (int i = 0; i < count; i++) {
            String source = mutated(sources.get(random.nextInt(sources.size())), random);
            Assertions.assertTimeout(Duration.ofSeconds(10), () -> attempt(source), source);
        }
    }

    private static void attempt(String source) {
        try {
            Template.parse("mutant", source, SMALL).render(variables(), ChatFixtures.CLOCK);
        } catch (EngineException e) {
            assertThat(e.getMessage())
                    .as(source)
                    .startsWith("chat template 'mutant', line ")
                    .doesNotContain("\n");
        } catch (RuntimeException e) {
            throw new AssertionError("a mutant threw " + e + ": " + source, e);
        }
    }

    private static Map<String, Object> variables() {
        Map<String, Object> out = new LinkedHashMap<>((Map<String, Object>) ChatFixturesHolder.VARIABLES);
        out.put(
                "messages",
                List.of(Map.of("role", "user", "content", "Hi"), Map.of("role", "assistant", "content", "Yes")));
        out.put("add_generation_prompt", true);
        return out;
    }

    private static String mutated(String source, Random random) {
        StringBuilder out = new StringBuilder(source);
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            int at = random.nextInt(out.length() + 1);
            int end = Math.min(out.length(), at + random.nextInt(12));
            switch (random.nextInt(4)) {
                case 0 -> out.delete(at, end);
                case 1 -> out.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> out.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
                default -> out.insert(at, out.substring(at, end));
            }
        }
        return out.toString();
    }

    private static final class ChatFixturesHolder {
        static final Object VARIABLES = ChatFixtures.json("snippets.json").get("variables");
    }
}
