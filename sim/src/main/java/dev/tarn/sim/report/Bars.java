package dev.tarn.sim.report;

/**
 * The bars of one measure in a {@link BarChart}.
 *
 * @param name shown in the legend
 * @param values one per category; NaN leaves a gap
 * @param reference whether they are drawn hollow, as what the measure is held against (chance, a published figure)
 */
public record Bars(String name, double[] values, boolean reference) {
    /** Checks the name. */
    public Bars {
        Checks.named(name, "a set of bars");
    }

    /** Filled bars. */
    public static Bars of(String name, double[] values) {
        return new Bars(name, values, false);
    }

    /** Hollow bars, drawn beside what they are compared with. */
    public static Bars reference(String name, double[] values) {
        return new Bars(name, values, true);
    }
}
