/**
 * What a trace says of locality: the six metrics of Levy, "Dynamic Sparse Attention: Access Patterns and Architecture".
 * May use {@code dev.tarn.sim.access}; knows nothing of caches.
 */
@NullMarked
package dev.tarn.sim.analysis;

import org.jspecify.annotations.NullMarked;
