package dev.tarn.engine.attention;

import dev.tarn.engine.format.JsonFields;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Numbers that a spec takes from a file, one for each layer: {@code {"budgets": [256, ...], "masses": [0.31, ...]}}. Either list
 * may be missing where it is not asked for.
 */
public final class LayerTable {
    private LayerTable() {}

    /**
     * The budgets of a file.
     *
     * @throws dev.tarn.engine.EngineException where the file is missing or damaged, or a budget is below 1
     */
    public static List<Integer> budgets(String file) {
        JsonFields fields = JsonFields.read(Path.of(file));
        int[] budgets = fields.integers("budgets");
        for (int k : budgets) {
            if (k < 1) {
                throw fields.error("budgets", "has a budget of " + k + "; each must be at least 1");
            }
        }
        if (budgets.length == 0) {
            throw fields.error("budgets", "is missing; it lists one budget for each layer");
        }
        return Arrays.stream(budgets).boxed().toList();
    }

    /**
     * The usual masses of a file: what dense attention gives to the positions that are not always kept.
     *
     * @throws dev.tarn.engine.EngineException where the file is missing or damaged, or a mass is outside 0..1
     */
    public static List<Double> masses(String file) {
        JsonFields fields = JsonFields.read(Path.of(file));
        double[] masses = fields.floats("masses");
        for (double mass : masses) {
            if (!(mass >= 0 && mass <= 1)) {
                throw fields.error("masses", "has a mass of " + mass + "; each must be between 0 and 1");
            }
        }
        if (masses.length == 0) {
            throw fields.error("masses", "is missing; it lists one mass for each layer");
        }
        return Arrays.stream(masses).boxed().toList();
    }

    /** The content of a file with both lists. */
    public static String toJson(List<Integer> budgets, List<Double> masses) {
        return "{\"budgets\": " + list(budgets.stream()) + ", \"masses\": " + list(masses.stream()) + "}\n";
    }

    private static String list(Stream<?> values) {
        return values.map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
    }
}
