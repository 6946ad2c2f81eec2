package dev.tarn.cli.json;

import dev.tarn.cli.console.Console;
import dev.tarn.cli.machine.Machine;
import java.io.PrintStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The document a command prints with {@code --json}: {@code tarn}, {@code model}, {@code config}, {@code machine} in this order,
 * then the command's own fields in the order they were put. Values may be numbers, text, collections, maps and records; names of
 * record components become snake_case, maps are ordered by key. A number that does not exist (NaN, infinite, null, an empty
 * Optional) leaves its field out; inside an array, where leaving out would shift the rest, it is refused.
 */
public final class JsonDocument {
    private final ObjectNode root = JsonTree.object();
    private final ObjectNode own = JsonTree.object();
    private final ObjectNode config = JsonTree.object();
    private @Nullable Model model;
    private @Nullable Machine machine;

    /** The version comes first in every document. */
    public JsonDocument(String version) {
        root.put("tarn", version);
    }

    private record Model(String name, String sha256) {}

    /** Names the model by the name the user knows it by and the SHA-256 of its weights in hexadecimal. */
    public JsonDocument model(String name, String sha256) {
        model = new Model(name, sha256);
        return this;
    }

    /** Sets one option as resolved, replacing what was there: {@code config("threads", 2)} for {@code --threads auto}. */
    public JsonDocument config(String name, @Nullable Object value) {
        JsonTree.set(config, name, value);
        return this;
    }

    /** Sets all options of {@code options}, as {@link ResolvedOptions} gives them. */
    public JsonDocument config(Map<String, Object> options) {
        options.forEach(this::config);
        return this;
    }

    /** Says what the times in this document were measured on. */
    public JsonDocument machine(Machine measuredOn) {
        machine = measuredOn;
        return this;
    }

    /** Puts one of the command's own fields; the last value put under a name stays. */
    public JsonDocument put(String name, @Nullable Object value) {
        JsonTree.set(own, name, value);
        return this;
    }

    /** The document, indented by two spaces, ended by a line feed. */
    public String render() {
        var whole = root.deepCopy();
        JsonTree.set(whole, "model", model);
        whole.set("config", config);
        JsonTree.set(whole, "machine", machine);
        own.properties().forEach(field -> {
            if (whole.has(field.getKey())) {
                throw new IllegalArgumentException("'" + field.getKey() + "' is a field of every document");
            }
            whole.set(field.getKey(), field.getValue());
        });
        return JsonTree.render(whole) + "\n";
    }

    /** Prints the document to standard output. */
    public void printTo(Console console) {
        PrintStream out = console.out();
        out.print(render());
        out.flush();
    }
}
