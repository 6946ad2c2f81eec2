package dev.tarn.engine.tokenize;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * SentencePiece's byte-pair encoding as GGUF holds it: neighbours merge if their union is a token, the union of the
 * highest score first. What is no token in the end is spelt in {@code <0xNN>} bytes.
 */
final class ScoreModel implements TokenModel {
    private final Vocabulary vocabulary;
    private final int[] ranks;
    private final int unknown;

    /**
     * A model.
     *
     * @param scores the score of every token; equal scores rank equal, so the leftmost merges first
     * @param unknown the id for what has no byte tokens either, or -1 to drop it
     */
    ScoreModel(Vocabulary vocabulary, float[] scores, int unknown) {
        this.vocabulary = vocabulary;
        this.unknown = unknown;
        this.ranks = ranks(scores);
    }

    private static int[] ranks(float[] scores) {
        var sorted = scores.clone();
        Arrays.sort(sorted);
        var ranks = new int[scores.length];
        for (int id = 0; id < scores.length; id++) {
            ranks[id] = scores.length - 1 - firstAtLeast(sorted, scores[id]);
        }
        return ranks;
    }

    /** Index of the first element not below {@code score}: the same for equal scores. */
    private static int firstAtLeast(float[] sorted, float score) {
        int low = 0;
        int high = sorted.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Float.compare(sorted[middle], score) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public boolean remembersPieces() {
        return false;
    }

    @Override
    public void encode(String piece, IdBuffer ids) {
        var spans = new SpanLoop(piece);
        spans.run(spans.count);
        for (int i = 0; i < spans.count; i = spans.next(i)) {
            var symbol = piece.substring(spans.starts[i], spans.ends[i]);
            int id = vocabulary.id(symbol);
            if (id >= 0) {
                ids.add(id);
            } else {
                addBytes(symbol, ids);
            }
        }
    }

    private void addBytes(String symbol, IdBuffer ids) {
        for (byte value : symbol.getBytes(StandardCharsets.UTF_8)) {
            int id = vocabulary.id(ByteTokens.name(value));
            if (id >= 0 || unknown >= 0) {
                ids.add(id >= 0 ? id : unknown);
            }
        }
    }

    private final class SpanLoop extends MergeLoop {
        private final String text;
        private final int[] starts;
        private final int[] ends;
        private final int count;

        SpanLoop(String text) {
            this.text = text;
            count = text.codePointCount(0, text.length());
            starts = new int[count];
            ends = new int[count];
            int at = 0;
            for (int i = 0; i < count; i++) {
                starts[i] = at;
                at = text.offsetByCodePoints(at, 1);
                ends[i] = at;
            }
        }

        @Override
        int rank(int left, int right) {
            int id = vocabulary.id(text.substring(starts[left], ends[right]));
            return id < 0 ? -1 : ranks[id];
        }

        @Override
        void merge(int left, int right) {
            ends[left] = ends[right];
        }
    }
}
