package dev.tarn.study.distill.training;

/** Is told how training comes along. */
public interface TrainingListener {
    /** Called after each round: a new window and the steps that follow it. */
    void advanced(Trainer trainer);
}
