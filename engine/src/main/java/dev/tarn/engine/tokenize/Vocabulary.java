package dev.tarn.engine.tokenize;

import dev.tarn.engine.EngineException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tokens by id and ids by token. Of equal tokens the lowest id is found; ids without a token are allowed. */
final class Vocabulary {
    private final @Nullable String[] tokens;
    private final Map<String, Integer> ids;
    private final BitSet special = new BitSet();

    Vocabulary(int size) {
        tokens = new @Nullable String[size];
        ids = HashMap.newHashMap(size);
    }

    void put(int id, String token) {
        tokens[id] = token;
        ids.merge(token, id, Math::min);
    }

    void markSpecial(int id) {
        special.set(id);
    }

    int size() {
        return tokens.length;
    }

    boolean isSpecial(int id) {
        return special.get(require(id));
    }

    /** The id of a token, or -1. */
    int id(String token) {
        var id = ids.get(token);
        return id == null ? -1 : id;
    }

    /** The token of an id, empty for an id that has none. */
    String token(int id) {
        var token = tokens[require(id)];
        return token == null ? "" : token;
    }

    private int require(int id) {
        if (id < 0 || id >= tokens.length) {
            throw new EngineException("token id " + id + " is not in the vocabulary of 0 to " + (tokens.length - 1));
        }
        return id;
    }
}
