package dev.tarn.engine.tokenize;

/** Turns one piece of pre-tokenised text into ids. */
interface TokenModel {
    /** Appends the ids of a piece that is not empty. */
    void encode(String piece, IdBuffer ids);

    /** Whether pieces come back often, as words do, so that remembering their ids pays. */
    boolean remembersPieces();
}
