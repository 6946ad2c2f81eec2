package dev.tarn.engine.attention;

import dev.tarn.engine.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the stop rule of a spec: {@code stop=mass:0.95}, or by one of the short options k, budgets, eps, mu and tau. */
final class StopReader {
    static final List<String> KNOBS = List.of("k", "budgets", "eps", "mu", "tau");
    private static final List<String> NAMES = List.of("k", "budgets", "mass", "marginal", "prob");
    private static final String DEFAULT = "k:256";

    private final SpecOptions options;
    private final @Nullable Preset preset;

    StopReader(SpecOptions options, @Nullable Preset preset) {
        this.options = options;
        this.preset = preset;
    }

    StopRule read(RankingKind rank) {
        List<String> given = new ArrayList<>();
        if (options.has("stop") && !options.text("stop", "").equals("k")) {
            given.add("stop");
        }
        KNOBS.stream().filter(options::has).forEach(given::add);
        if (given.size() > 1) {
            throw options.error(
                    "the stop rule is given twice, as " + given.get(0) + "=" + options.text(given.get(0), "")
                            + " and as " + given.get(1) + "=" + options.text(given.get(1), ""));
        }
        StopRule rule = rule(given.isEmpty() ? fallback(rank) : longForm(given.getFirst()));
        if (!(rule instanceof StopRule.Probability)) {
            options.refuse("masses", "option masses means nothing to stop rule " + rule + "; leave it out");
        }
        return rule;
    }

    private String fallback(RankingKind rank) {
        if (preset != null) {
            return preset.stop();
        }
        return rank == RankingKind.NONE ? "all" : DEFAULT;
    }

    /** A short option as the value of stop=. */
    private String longForm(String key) {
        String value = options.text(key, "");
        return key.equals("stop") ? value : NAMES.get(KNOBS.indexOf(key)) + ":" + value;
    }

    private StopRule rule(String text) {
        if (text.equals("all")) {
            return new StopRule.All();
        }
        int colon = text.indexOf(':');
        int name = NAMES.indexOf(colon < 0 ? "" : text.substring(0, colon));
        if (name < 0) {
            throw options.error("stop rule '" + text
                    + "' is unknown; known are all, k:N, budgets:FILE, mass:eps, marginal:mu, prob:tau");
        }
        String knob = KNOBS.get(name);
        String value = text.substring(colon + 1);
        return switch (knob) {
            case "k" -> new StopRule.TopK(Math.toIntExact(options.number("k", value, 1, Integer.MAX_VALUE)));
            case "budgets" -> new StopRule.Budgets(value, read(() -> LayerTable.budgets(value)));
            case "eps" -> new StopRule.Mass(share(knob, value, Double.MIN_VALUE, 1));
            case "mu" -> new StopRule.Marginal(share(knob, value, 0, Math.nextDown(1.0)));
            default -> probability(value);
        };
    }

    private StopRule probability(String tau) {
        String file = options.text("masses", "");
        List<Double> masses = file.isEmpty() ? List.of() : read(() -> LayerTable.masses(file));
        return new StopRule.Probability(share("tau", tau, Double.MIN_VALUE, Math.nextDown(1.0)), file, masses);
    }

    private <T> T read(Supplier<T> file) {
        try {
            return file.get();
        } catch (EngineException e) {
            throw new IllegalArgumentException(
                    options.error("" + e.getMessage()).getMessage(), e);
        }
    }

    private double share(String key, String value, double least, double most) {
        try {
            double number = Double.parseDouble(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Refused below like a number out of range.
        }
        String range = switch (key) {
            case "eps" -> "above 0 and at most 1";
            case "mu" -> "0 or more and below 1";
            default -> "above 0 and below 1";
        };
        throw options.error(key + " is '" + value + "'; it must be a number " + range);
    }
}
