/**
 * Finds the cheapest setting of an attention that still reaches a target. May use the engine's attention specs.
 */
@NullMarked
package dev.tarn.study.search;

import org.jspecify.annotations.NullMarked;
