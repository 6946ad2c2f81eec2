package dev.tarn.study.access;

import java.util.Locale;

/** Where the decoded tokens of a traced run come from. */
public enum TraceSource {
    /** The text itself goes on, whatever the model would have said (teacher forcing). */
    TEXT,
    /** The model's own likeliest tokens; a small model soon repeats itself, which flatters every cache. */
    GREEDY;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
