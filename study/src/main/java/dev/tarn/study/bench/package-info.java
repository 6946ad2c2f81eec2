/**
 * How fast a model runs here, beside what the machine could do at best: {@code tarn bench}. It lies in the study because it only
 * drives the engine from outside; may use the engine and the study's listener.
 */
@NullMarked
package dev.tarn.study.bench;

import org.jspecify.annotations.NullMarked;
