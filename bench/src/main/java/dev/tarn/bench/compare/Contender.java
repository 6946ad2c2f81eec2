package dev.tarn.bench.compare;

import java.util.Map;

/** One side of a comparison. */
interface Contender {
    /** What the table calls it. */
    String name();

    /** Runs all the work once; tokens per second by row, in the order of the rows. */
    Map<Row, Double> run();

    /**
     * A row of work.
     *
     * @param test decode or prefill
     * @param tokens the depth, or the length of the prompt
     * @param attention spec, empty where a contender has but one
     */
    record Row(String test, int tokens, String attention) {
        /** The same work of a contender that knows one attention only. */
        Row anyAttention() {
            return new Row(test, tokens, "");
        }
    }
}
