/**
 * Tasks whose answers lie somewhere in a long context: how they are generated, asked and scored.
 * May use {@code study.cells}, {@code study.meter}, {@code study.needle}, {@code study.text} and the engine.
 */
@NullMarked
package dev.tarn.study.tasks;

import org.jspecify.annotations.NullMarked;
