/**
 * Training an indexer: windows in a pool, steps over all layers, Adam, and the state that a run can be resumed from.
 * May use {@code network}, {@code capture}, {@code text} and the engine.
 */
@NullMarked
package dev.tarn.study.distill.training;

import org.jspecify.annotations.NullMarked;
