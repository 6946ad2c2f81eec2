/** Placeholder of the skeleton; each room says here why it exists and what it may use. */
@NullMarked
package dev.tarn.policy;

import org.jspecify.annotations.NullMarked;
