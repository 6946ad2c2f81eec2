package dev.tarn.bench.compare;

import dev.tarn.bench.compare.Contender.Row;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** {@code bench/peers --llama-bench PATH --model FILE.gguf}: Tarn and llama.cpp in turns on the same file. */
public final class ComparePeers {
    private static final List<String> KNOWN = List.of(
            "--llama-bench",
            "--tarn",
            "--model",
            "--threads",
            "--depth",
            "--prefill",
            "--attention",
            "--tokens",
            "--rounds");

    private ComparePeers() {}

    /** Compares and ends the process. */
    public static void main(String[] args) {
        System.exit(run(System.out, System.err, args));
    }

    static int run(PrintStream out, PrintStream err, String... args) {
        try {
            Arguments arguments = new Arguments(KNOWN, args);
            if (!arguments.has("--llama-bench") || !arguments.has("--model")) {
                throw new ComparisonException("give --llama-bench PATH and --model FILE.gguf");
            }
            boolean all = !arguments.has("--depth") && !arguments.has("--prefill");
            List<Integer> depths = arguments.numbers("--depth", all ? "0,2048" : "");
            List<Integer> prefills = arguments.numbers("--prefill", all ? "512" : "");
            int threads = arguments.number("--threads", Runtime.getRuntime().availableProcessors());
            int tokens = arguments.number("--tokens", 32);
            String model = arguments.text("--model", "");
            List<String> options = new ArrayList<>(List.of(
                    "--model", model, "--threads", Integer.toString(threads), "--tokens", Integer.toString(tokens)));
            options.addAll(List.of("--attention", arguments.text("--attention", "dense,dsa:k=256")));
            options.addAll(List.of("--repetitions", "1"));
            options.addAll(list("--depth", depths));
            options.addAll(list("--prefill", prefills));
            Tarn tarn = new Tarn(arguments.text("--tarn", System.getProperty("tarn.home", ".")), options);
            String binary = arguments.text("--llama-bench", "");
            Rounds rounds = new Rounds(
                    tarn, new LlamaBench(binary, model, threads, depths, prefills, tokens), Row::anyAttention);
            rounds.run(arguments.number("--rounds", 5), err);
            out.println(tarn.cpu() + ", " + threads + " threads, " + model);
            rounds.print(out);
            return 0;
        } catch (ComparisonException e) {
            err.println("peers: " + e.getMessage());
            return 2;
        }
    }

    private static List<String> list(String name, List<Integer> numbers) {
        return numbers.isEmpty()
                ? List.of()
                : List.of(
                        name,
                        String.join(",", numbers.stream().map(Object::toString).toList()));
    }
}
