package dev.tarn.engine.chat.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.chat.ChatFixtures;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small templates against the real jinja2, and hostile ones against the limits. */
@SuppressWarnings("unchecked")
class TemplateTest {
    private static final Map<String, Object> FIXTURES = ChatFixtures.json("snippets.json");
    private static final Map<String, Object> VARIABLES = (Map<String, Object>) FIXTURES.get("variables");

    static Stream<Map<String, Object>> snippets() {
        return ((List<Map<String, Object>>) FIXTURES.get("cases")).stream();
    }

    private static String render(String source) {
        return Template.parse("snippet", source).render(VARIABLES, ChatFixtures.CLOCK);
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void render_snippet_equalsJinja2(Map<String, Object> snippet) {
        String source = (String) snippet.get("source");
        if (snippet.get("text") instanceof String expected) {
            assertThat(render(source)).isEqualTo(expected);
            return;
        }
        var error = assertThatThrownBy(() -> render(source))
                .isInstanceOf(EngineException.class)
                .hasMessageMatching("chat template 'snippet', line \\d+: .+");
        if (snippet.get("kind").equals("raised") || snippet.get("kind").equals("undefined")) {
            error.hasMessageContaining((String) snippet.get("error"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
                "{{ 'x' * 1000000000000 }}",
                "{{ [0] * 9000000000 }}",
                "{% set ns = namespace(s='x') %}{% for i in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
                "{% set ns = namespace(s='x') %}{% for i in range(100) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
                "{% set ns = namespace(s=[1]) %}{% for i in range(60) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ ns.s }}",
                "{% set ns = namespace(s=[1]) %}{% for i in range(60) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}"
                        + "{{ ns.s|tojson|length }}",
                "{% set a = namespace(s=[1], t=[1]) %}{% for i in range(60) %}{% set a.s = [a.s, a.s] %}"
                        + "{% set a.t = [a.t, a.t] %}{% endfor %}{{ a.s == a.t }}",
                "{% set ns = namespace(s=[1]) %}{% for i in range(5000) %}{% set ns.s = [ns.s] %}{% endfor %}{{ ns.s }}",
                "{% set ns = namespace() %}{% set ns.ns = ns %}{{ ns }}",
                "{{ '%1000000000d' % 1 }}",
                "{{ '%.999999999f' % 1.5 }}",
                "{{ '{:999999999}'.format(1) }}",
                "{{ 'a'|center(99999999999) }}",
                "{{ 'a'|indent(99999999999, true) }}",
                "{{ [1]|batch(99999999999, 0)|list }}",
                "{{ [1]|slice(99999999999)|list }}",
                "{{ [1]|tojson(indent=99999999999) }}",
                "{{ 'a'.ljust(99999999999) }}",
                "{{ 'a'.zfill(99999999999) }}",
                "{{ ('a' * 10000000).replace('a', 'b' * 1000) }}",
                "{{ ('a' * 10000000).split('a')|list|length }}{% for i in range(100) %}{{ ('a' * 1000000).split('a')|length }}{% endfor %}",
                "{{ range(-9000000000000000000, 9000000000000000000) }}",
                "{{ 9223372036854775807 + 1 }}",
                "{{ 10 ** 1000000000 }}",
                "{{ 99999999999999999999 }}",
            })
    void render_hostileTemplate_endsInOneLineError(String source) {
        assertThatThrownBy(() -> render(source))
                .isInstanceOf(EngineException.class)
                .hasMessageMatching("chat template 'snippet', line \\d+: .+");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "[", "{1:", "not ", "-", "{% if 1 %}", "a(", "a[", "1 if "})
    void parse_deepNesting_endsInOneLineError(String opening) {
        String source = opening.startsWith("{%") ? opening.repeat(20_000) : "{{ " + opening.repeat(20_000) + "1";
        assertThatThrownBy(() -> Template.parse("deep", source))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("line 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"+ 1", "~ 1", "|abs", ".a", "and 1", "in []", "if 1 else 2"})
    void render_longChain_neverOverflowsTheStack(String link) {
        String source = "{{ 1 " + (link + " ").repeat(20_000) + "}}";
        try {
            render(source);
        } catch (EngineException e) {
            assertThat(e).hasMessageContaining("chat template 'snippet', line 1");
        }
    }
}
