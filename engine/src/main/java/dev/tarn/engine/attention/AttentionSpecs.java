package dev.tarn.engine.attention;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads attention specs: {@code dsa:k=256}, or in full {@code rank=lightning,unit=token,stop=k:256,sink=4,recent=64}. In a
 * comma-separated list an item without {@code =}, with {@code :} before its first {@code =}, or starting with {@code rank=}
 * begins a new spec. Errors are {@link IllegalArgumentException}s of one line.
 *
 * <pre>
 * rank=     recency, random, lightning, quest, cuboid-mean, mean, oracle (none with stop=all)
 * unit=     token, block:b                  presets: block=b
 * stop=     all, k:N, budgets:FILE, mass:eps, marginal:mu, prob:tau
 *                                           presets, and in full too: k=N, budgets=FILE, eps=X, mu=X, tau=X
 * within=   RANK:b:N                        only tokens of the best blocks of b tokens, N positions in all, are ranked
 * wave=N    units between two questions to a mass or marginal rule
 * sink=, recent=                            always kept
 * dense=L   first layers that attend densely
 * share=    layer, head
 * reuse=N or pattern=FSSF                   layers that use another's selection
 * masses=FILE                               usual masses of the layers, for prob
 * seed=N    of the random ranking
 * </pre>
 */
public final class AttentionSpecs {
    private AttentionSpecs() {}

    /** The names of the presets. */
    public static List<String> presetNames() {
        return Preset.names();
    }

    /** Reads a list of specs, in the order given. */
    public static List<AttentionSpec> parseList(String text) {
        List<String> specs = new ArrayList<>();
        for (String item : text.split(",", -1)) {
            int equals = item.indexOf('=');
            int colon = item.indexOf(':');
            boolean begins =
                    equals < 0 || (colon >= 0 && colon < equals) || item.strip().startsWith("rank=");
            if (begins || specs.isEmpty()) {
                specs.add(item);
            } else {
                specs.add(specs.removeLast() + "," + item);
            }
        }
        return specs.stream().map(AttentionSpecs::parse).toList();
    }

    /** Reads one spec. */
    public static AttentionSpec parse(String text) {
        return new SpecReader(text.strip()).read();
    }
}
