/**
 * What decoding touches: a traced run over a text, its access metrics, and what caches would have made of it.
 * May use {@code study.text}, the engine, the trace and the simulator.
 */
@NullMarked
package dev.tarn.study.access;

import org.jspecify.annotations.NullMarked;
