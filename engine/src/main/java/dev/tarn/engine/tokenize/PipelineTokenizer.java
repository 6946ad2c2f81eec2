package dev.tarn.engine.tokenize;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The one tokenizer: added tokens are cut out, the rest is normalised, split into pieces, and each piece encoded by
 * the model. Its parts come from GGUF metadata or tokenizer.json.
 *
 * @param rawAdded added tokens found in the text as it is
 * @param normalizedAdded added tokens found in the normalised text
 * @param ends ids that end generation
 */
record PipelineTokenizer(
        Vocabulary vocabulary,
        AddedTokens rawAdded,
        AddedTokens normalizedAdded,
        Normalizer normalizer,
        PreTokenizer preTokenizer,
        TokenModel model,
        Detokenizer detokenizer,
        int leadingSpacesStripped,
        int bos,
        int eos,
        boolean addsBos,
        Set<Integer> ends)
        implements Tokenizer {
    private static final int REMEMBERED_LENGTH = 48;
    private static final int REMEMBERED_PIECES = 1 << 16;

    @Override
    public int[] encode(String text, boolean parseSpecial) {
        var encoding = new Encoding(parseSpecial);
        rawAdded.split(wellFormed(text), true, parseSpecial, encoding.raw());
        return encoding.ids.toArray();
    }

    /** Lone surrogates have no UTF-8 form; they become U+FFFD as in any lossy conversion. */
    private static String wellFormed(String text) {
        boolean formed = text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
        if (formed) {
            return text;
        }
        return text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** One call of encode: its output and the pieces it has met. */
    private final class Encoding {
        private final IdBuffer ids = new IdBuffer();
        private final Map<String, int[]> known = new HashMap<>();
        private final boolean parseSpecial;

        Encoding(boolean parseSpecial) {
            this.parseSpecial = parseSpecial;
        }

        AddedTokens.Parts raw() {
            return new AddedTokens.Parts() {
                @Override
                public void text(String text, boolean first) {
                    normalizedAdded.split(normalizer.normalize(text), first, parseSpecial, normalized());
                }

                @Override
                public void token(int id) {
                    ids.add(id);
                }
            };
        }

        AddedTokens.Parts normalized() {
            return new AddedTokens.Parts() {
                @Override
                public void text(String text, boolean first) {
                    preTokenizer.split(text, first).forEach(Encoding.this::encodePiece);
                }

                @Override
                public void token(int id) {
                    ids.add(id);
                }
            };
        }

        private void encodePiece(String piece) {
            if (!model.remembersPieces() || piece.length() > REMEMBERED_LENGTH) {
                model.encode(piece, ids);
                return;
            }
            var remembered = known.get(piece);
            if (remembered == null) {
                var fresh = new IdBuffer();
                model.encode(piece, fresh);
                remembered = fresh.toArray();
                if (known.size() < REMEMBERED_PIECES) {
                    known.put(piece, remembered);
                }
            }
            ids.addAll(remembered);
        }
    }

    @Override
    public byte[] bytes(int id) {
        return detokenizer.bytes(vocabulary.token(id));
    }

    @Override
    public int vocabularySize() {
        return vocabulary.size();
    }

    @Override
    public boolean isEnd(int id) {
        return ends.contains(id);
    }

    @Override
    public boolean isSpecial(int id) {
        return vocabulary.isSpecial(id);
    }

    @Override
    public int id(String token) {
        return vocabulary.id(token);
    }

    @Override
    public String token(int id) {
        return vocabulary.token(id);
    }
}
