package dev.tarn.engine.tokenize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The heap-driven merge loop against the textbook one that looks at every pair each time. */
class MergeLoopTest {
    private static final int LETTERS = 4;

    static IntStream seeds() {
        return IntStream.range(0, 40);
    }

    private record Random4(Vocabulary vocabulary, MergeTable table, List<String[]> merges) {
        static Random4 of(Random random) {
            var tokens = new ArrayList<String>(List.of("a", "b", "c", "d"));
            var merges = new ArrayList<String[]>();
            while (merges.size() < 30) {
                var left = tokens.get(random.nextInt(tokens.size()));
                var right = tokens.get(random.nextInt(tokens.size()));
                if (merges.stream().noneMatch(merge -> merge[0].equals(left) && merge[1].equals(right))) {
                    merges.add(new String[] {left, right});
                    if (!tokens.contains(left + right)) {
                        tokens.add(left + right);
                    }
                }
            }
            var vocabulary = new Vocabulary(tokens.size());
            for (int id = 0; id < tokens.size(); id++) {
                vocabulary.put(id, tokens.get(id));
            }
            var table = new MergeTable(merges.size());
            for (int rank = 0; rank < merges.size(); rank++) {
                table.add(vocabulary, merges.get(rank)[0], merges.get(rank)[1], rank);
            }
            return new Random4(vocabulary, table, merges);
        }

        int[] bruteForce(String text) {
            var symbols = new ArrayList<>(
                    text.chars().mapToObj(c -> String.valueOf((char) c)).toList());
            for (int best = bestAt(symbols); best >= 0; best = bestAt(symbols)) {
                symbols.set(best, symbols.get(best) + symbols.remove(best + 1));
            }
            return symbols.stream().mapToInt(vocabulary::id).toArray();
        }

        private int bestAt(List<String> symbols) {
            int best = -1;
            int bestRank = Integer.MAX_VALUE;
            for (int i = 0; i + 1 < symbols.size(); i++) {
                int rank = rank(symbols.get(i), symbols.get(i + 1));
                if (rank >= 0 && rank < bestRank) {
                    best = i;
                    bestRank = rank;
                }
            }
            return best;
        }

        private int rank(String left, String right) {
            return IntStream.range(0, merges.size())
                    .filter(i -> merges.get(i)[0].equals(left) && merges.get(i)[1].equals(right))
                    .findFirst()
                    .orElse(-1);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void encode_randomMerges_equalsBruteForce(int seed) {
        var random = new Random(seed);
        var model = Random4.of(random);
        var bpe = new BpeModel(model.vocabulary, model.table, false, false, -1, false);
        for (int i = 0; i < 20; i++) {
            var text = random.ints(random.nextInt(1, 40), 'a', 'a' + LETTERS)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            var ids = new IdBuffer();
            bpe.encode(text, ids);
            assertThat(ids.toArray()).as(text).isEqualTo(model.bruteForce(text));
        }
    }

    /** A quadratic loop would take minutes here. */
    @Test
    void encode_oneLongWord_staysFast() {
        var model = Random4.of(new Random(1));
        var bpe = new BpeModel(model.vocabulary, model.table, false, false, -1, false);
        var text = "abcd".repeat(250_000);
        var ids = new IdBuffer();
        bpe.encode(text, ids);
        var joined = new StringBuilder();
        for (int id : ids.toArray()) {
            joined.append(model.vocabulary.token(id));
        }
        assertThat(joined).hasToString(text);
    }
}
