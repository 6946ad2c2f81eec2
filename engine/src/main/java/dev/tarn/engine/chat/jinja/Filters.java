package dev.tarn.engine.chat.jinja;

/** All filters: what may follow {@code |}. */
final class Filters {
    static final Builtins TABLE = new Builtins()
            .addAll(TextFilters.TABLE)
            .addAll(NumberFilters.TABLE)
            .addAll(SequenceFilters.TABLE)
            .addAll(SelectionFilters.TABLE);

    private Filters() {}
}
