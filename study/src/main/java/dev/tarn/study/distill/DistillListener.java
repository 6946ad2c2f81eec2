package dev.tarn.study.distill;

import dev.tarn.study.StudyListener;

/** Is told how far a distillation has come. */
public interface DistillListener extends StudyListener {
    /** One line for the log. */
    void say(String line);
}
