package dev.tarn.engine.tokenize;

import java.nio.charset.StandardCharsets;

/**
 * Byte-pair encoding by ranked merges (Sennrich et al. 2016). Symbols are code points at first; one that the
 * vocabulary lacks falls back to its UTF-8 bytes as {@code <0xNN>} tokens, else to the unknown token, else is dropped,
 * as in the tokenizers library.
 *
 * @param merges merges by pair of ids
 * @param ignoreMerges whether a piece that is itself a token is taken whole
 * @param byteFallback whether {@code <0xNN>} tokens stand in for missing characters
 * @param unknown the id for what cannot be encoded, or -1 to drop it
 * @param fuseUnknown whether neighbouring unknown characters become one unknown token
 */
record BpeModel(
        Vocabulary vocabulary,
        MergeTable merges,
        boolean ignoreMerges,
        boolean byteFallback,
        int unknown,
        boolean fuseUnknown)
        implements TokenModel {
    @Override
    public boolean remembersPieces() {
        return true;
    }

    @Override
    public void encode(String piece, IdBuffer ids) {
        int whole = ignoreMerges ? vocabulary.id(piece) : -1;
        if (whole >= 0) {
            ids.add(whole);
            return;
        }
        var symbols = symbols(piece);
        if (symbols.length == 0) {
            return;
        }
        var loop = new PairLoop(symbols);
        loop.run(symbols.length);
        for (int i = 0; i < symbols.length; i = loop.next(i)) {
            ids.add(symbols[i]);
        }
    }

    private int[] symbols(String piece) {
        var symbols = new IdBuffer();
        boolean afterUnknown = false;
        for (int i = 0; i < piece.length(); i = piece.offsetByCodePoints(i, 1)) {
            var symbol = piece.substring(i, piece.offsetByCodePoints(i, 1));
            int id = vocabulary.id(symbol);
            boolean known = id >= 0 || (byteFallback && addBytes(symbol, symbols));
            if (id >= 0) {
                symbols.add(id);
            } else if (!known && unknown >= 0 && !(fuseUnknown && afterUnknown)) {
                symbols.add(unknown);
            }
            afterUnknown = !known;
        }
        return symbols.toArray();
    }

    private boolean addBytes(String symbol, IdBuffer symbols) {
        var bytes = symbol.getBytes(StandardCharsets.UTF_8);
        var fallback = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            fallback[i] = vocabulary.id(ByteTokens.name(bytes[i]));
            if (fallback[i] < 0) {
                return false;
            }
        }
        symbols.addAll(fallback);
        return true;
    }

    private final class PairLoop extends MergeLoop {
        private final int[] symbols;

        PairLoop(int[] symbols) {
            this.symbols = symbols;
        }

        @Override
        int rank(int left, int right) {
            int slot = merges.find(symbols[left], symbols[right]);
            return slot < 0 ? -1 : merges.rank(slot);
        }

        @Override
        void merge(int left, int right) {
            symbols[left] = merges.result(merges.find(symbols[left], symbols[right]));
        }
    }
}
