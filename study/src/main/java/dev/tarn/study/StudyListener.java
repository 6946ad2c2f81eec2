package dev.tarn.study;

/** Is told how far a study has come. */
public interface StudyListener {
    /** A part of the study begins and will take {@code total} steps. */
    void begin(String part, long total);

    /** So many steps of the current part were done. */
    void advance(long steps);
}
