package dev.tarn.cli.commands;

import dev.tarn.engine.attention.TieOrder;

/** Which of equal index scores {@code tarn logits} takes, as its user names it. */
enum Ties {
    LOWER,
    TORCH;

    /** The order in a forward pass over {@code length} tokens. */
    TieOrder over(int length) {
        return this == TORCH ? TieOrder.torch(length) : TieOrder.LOWER;
    }
}
