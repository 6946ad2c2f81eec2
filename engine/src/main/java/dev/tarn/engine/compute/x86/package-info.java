/**
 * Machine code for x86-64, written at run time for instructions that neither Java nor the Vector API can ask for.
 * Uses calls of the C library and nothing else of Tarn; what the code computes is its users' business.
 */
@NullMarked
package dev.tarn.engine.compute.x86;

import org.jspecify.annotations.NullMarked;
