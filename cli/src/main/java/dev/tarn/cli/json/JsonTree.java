package dev.tarn.cli.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** Values turned into JSON by the rules of {@link JsonDocument}: the same text from run to run, nothing in it that is no number. */
final class JsonTree {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .addModule(new SimpleModule().addSerializer(Path.class, new ToStringSerializer(Path.class)))
            .build();

    private JsonTree() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** Sets a field, or takes it away where the value is absent. */
    static void set(ObjectNode node, String name, @Nullable Object value) {
        JsonNode tree = MAPPER.valueToTree(value);
        if (isAbsent(tree)) {
            node.remove(name);
        } else {
            prune(tree, name);
            node.set(name, tree);
        }
    }

    static String render(ObjectNode node) {
        var indenter = new DefaultIndenter("  ", "\n");
        var printer = new DefaultPrettyPrinter().withObjectIndenter(indenter);
        return MAPPER.writer().with(printer).writeValueAsString(node);
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isNull()
                || node.isMissingNode()
                || (node.isFloatingPointNumber() && !Double.isFinite(node.doubleValue()));
    }

    private static void prune(JsonNode node, String path) {
        if (node instanceof ObjectNode object) {
            object.removeIf(JsonTree::isAbsent);
            object.properties().forEach(field -> prune(field.getValue(), path + "." + field.getKey()));
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                var place = path + "[" + i + "]";
                if (isAbsent(array.get(i))) {
                    throw new IllegalArgumentException(
                            place + " is no number; leave the element out or make it an object");
                }
                prune(array.get(i), place);
            }
        }
    }
}
