package dev.tarn.engine.tokenize;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which ids end generation: those a model file names, and ends of turns and messages known by their text. */
final class EndTokens {
    private static final List<String> NAMES = List.of(
            "<|eot_id|>",
            "<|eom_id|>",
            "<|im_end|>",
            "<|end|>",
            "<|return|>",
            "<|call|>",
            "<end_of_turn>",
            "<|end_of_text|>",
            "<|endoftext|>",
            "<|END_OF_TURN_TOKEN|>",
            "<EOT>",
            "_<EOT>",
            "<\uFF5Cend\u2581of\u2581sentence\uFF5C>");

    private EndTokens() {}

    /** The named ids that exist, and every special token whose text says that it ends something. */
    static Set<Integer> of(Vocabulary vocabulary, Iterable<Integer> named) {
        var ends = new HashSet<Integer>();
        named.forEach(ends::add);
        for (var name : NAMES) {
            int id = vocabulary.id(name);
            if (id >= 0 && vocabulary.isSpecial(id)) {
                ends.add(id);
            }
        }
        ends.remove(-1);
        return Set.copyOf(ends);
    }
}
