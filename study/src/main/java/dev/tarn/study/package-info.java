/**
 * The study: a model reads long contexts under several attentions, and what it touched is traced, analysed and simulated.
 * May use the engine and the simulator.
 */
@NullMarked
package dev.tarn.study;

import org.jspecify.annotations.NullMarked;
