package dev.tarn.bench.compare;

import dev.tarn.bench.compare.Contender.Row;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Runs two contenders in turns, the one that begins changing from round to round, and tabulates the ratios of their speeds. */
final class Rounds {
    private final Contender first;
    private final Contender second;
    private final UnaryOperator<Row> matching;
    private final Map<Row, List<Double>> firstRates = new LinkedHashMap<>();
    private final Map<Row, List<Double>> secondRates = new LinkedHashMap<>();

    /**
     * A comparison.
     *
     * @param matching the row of the second contender that a row of the first is compared with
     */
    Rounds(Contender first, Contender second, UnaryOperator<Row> matching) {
        this.first = first;
        this.second = second;
        this.matching = matching;
    }

    void run(int rounds, PrintStream progress) {
        for (int round = 0; round < rounds; round++) {
            progress.println("round " + (round + 1) + " of " + rounds);
            if (round % 2 == 0) {
                note(first, firstRates);
                note(second, secondRates);
            } else {
                note(second, secondRates);
                note(first, firstRates);
            }
        }
    }

    private static void note(Contender contender, Map<Row, List<Double>> rates) {
        contender
                .run()
                .forEach((row, rate) ->
                        rates.computeIfAbsent(row, _ -> new ArrayList<>()).add(rate));
    }

    /** The ratio first / second of every row that both have. */
    Map<Row, Ratio> ratios() {
        Map<Row, Ratio> ratios = new LinkedHashMap<>();
        firstRates.forEach((row, rates) -> {
            List<Double> others = secondRates.get(matching.apply(row));
            if (others != null) {
                ratios.put(row, Ratio.of(numbers(rates), numbers(others)));
            }
        });
        return ratios;
    }

    void print(PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%-10s %7s  %-44s %12s %12s %8s  %s%n",
                "test",
                "tokens",
                "attention",
                "first tok/s",
                "second",
                "ratio",
                "quartiles");
        ratios().forEach((row, ratio) -> out.printf(
                Locale.ROOT,
                "%-10s %7d  %-44s %12.1f %12.1f %8.3f  %.3f to %.3f%n",
                row.test(),
                row.tokens(),
                row.attention(),
                median(firstRates, row),
                median(secondRates, matching.apply(row)),
                ratio.median(),
                ratio.low(),
                ratio.high()));
        out.println("first: " + first.name() + ", second: " + second.name());
    }

    private static double median(Map<Row, List<Double>> rates, Row row) {
        return Ratio.quantile(numbers(rates.getOrDefault(row, List.of(Double.NaN))), 0.5);
    }

    private static double[] numbers(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
