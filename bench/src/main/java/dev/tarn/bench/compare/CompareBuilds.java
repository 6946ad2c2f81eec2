package dev.tarn.bench.compare;

import dev.tarn.bench.compare.Contender.Row;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** {@code bench/compare NEW OLD}: two builds of Tarn in turns. Exit code 1 where the new one is slower in any row. */
public final class CompareBuilds {
    private static final List<String> PASSED = List.of(
            "--model",
            "--indexer",
            "--threads",
            "--depth",
            "--prefill",
            "--attention",
            "--tokens",
            "--precision",
            "--kv-type",
            "--seed",
            "--repetitions");
    /** Differences that two runs of one build show on a quiet machine. */
    private static final double TOLERANCE = 0.03;

    private CompareBuilds() {}

    /** Compares and ends the process. */
    public static void main(String[] args) {
        System.exit(run(System.out, System.err, args));
    }

    static int run(PrintStream out, PrintStream err, String... args) {
        try {
            List<String> known = new ArrayList<>(PASSED);
            known.add("--rounds");
            Arguments arguments = new Arguments(known, args);
            if (arguments.plain().size() != 2) {
                throw new ComparisonException("give two builds, the new one first: checkouts or tarn.jar files");
            }
            Tarn first = new Tarn(arguments.plain().get(0), arguments.passedOn(PASSED));
            Tarn second = new Tarn(arguments.plain().get(1), arguments.passedOn(PASSED));
            Rounds rounds = new Rounds(first, second, UnaryOperator.identity());
            rounds.run(arguments.number("--rounds", 7), err);
            out.println(first.cpu());
            rounds.print(out);
            return verdict(rounds, out);
        } catch (ComparisonException e) {
            err.println("compare: " + e.getMessage());
            return 2;
        }
    }

    private static int verdict(Rounds rounds, PrintStream out) {
        List<Row> slower = new ArrayList<>();
        rounds.ratios().forEach((row, ratio) -> {
            if (ratio.isSlower(TOLERANCE)) {
                slower.add(row);
            }
        });
        slower.forEach(row -> out.println("slower: " + row.test() + " " + row.tokens() + " " + row.attention()));
        return slower.isEmpty() ? 0 : 1;
    }
}
