package dev.tarn.engine.chat.jinja;

import dev.tarn.engine.EngineException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A parsed Jinja2 template, set up as Hugging Face transformers sets up chat templates: trim_blocks, lstrip_blocks, loop controls,
 * {@code raise_exception}, {@code strftime_now}, a {@code tojson} that escapes no HTML, immutable values. Thread-safe.
 */
public final class Template {
    private final String name;
    private final List<Stmt> body;
    private final Limits limits;

    private Template(String name, List<Stmt> body, Limits limits) {
        this.name = name;
        this.body = body;
        this.limits = limits;
    }

    /** Parses with {@link Limits#DEFAULT}. */
    public static Template parse(String name, String source) {
        return parse(name, source, Limits.DEFAULT);
    }

    /**
     * Parses a template.
     *
     * @param name what errors call it
     * @param source its text
     * @param limits what one rendering may cost
     * @throws EngineException if it is no template: name, line and what is wrong
     */
    public static Template parse(String name, String source, Limits limits) {
        List<Stmt> body = located(name, () -> 1, () -> new Parser(new Lexer(source).tokens()).template());
        return new Template(name, body, limits);
    }

    /**
     * Renders it.
     *
     * @param variables JSON-like values by name; text in them is data and never read as template
     * @param clock what {@code strftime_now} reads
     * @throws EngineException with the template's name and line: its own raise_exception, a wrong use of a value, or a limit
     */
    public String render(Map<String, ? extends @Nullable Object> variables, Clock clock) {
        Scope scope = new Scope(null, Globals.values());
        Imported imported = new Imported();
        variables.forEach((key, value) -> scope.set(key, imported.value(value)));
        Rendering runtime = new Rendering(new Budget(limits, imported.chars()), clock);
        return located(name, runtime::line, () -> new Renderer(runtime).capture(body, new Scope(scope)));
    }

    private static <T> T located(String name, Supplier<Integer> line, Supplier<T> work) {
        try {
            return work.get();
        } catch (TemplateException fault) {
            int at = fault.line() > 0 ? fault.line() : line.get();
            throw new EngineException("chat template '" + name + "', line " + at + ": " + fault.getMessage(), fault);
        } catch (StackOverflowError overflow) {
            throw new EngineException(
                    "chat template '" + name + "', line " + line.get() + ": nests too deeply for this thread",
                    overflow);
        }
    }
}
