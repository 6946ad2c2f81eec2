/**
 * How good a trained indexer is: dense attention mass inside its selections, beside what other rankings of the same size hold.
 * May use the other rooms of distillation and the engine.
 */
@NullMarked
package dev.tarn.study.distill.report;

import org.jspecify.annotations.NullMarked;
