/**
 * Which cached tokens a query attends to: a ranking, a unit, a stop rule and what is always kept, and how the
 * chosen ones are attended. May use {@code compute}, {@code kv}, {@code reserve} and {@code format}; knows no model.
 */
@NullMarked
package dev.tarn.engine.attention;

import org.jspecify.annotations.NullMarked;
