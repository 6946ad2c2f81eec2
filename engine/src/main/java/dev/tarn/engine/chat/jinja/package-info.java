/**
 * An interpreter of the part of Jinja2 that chat templates use, bounded in steps, memory and depth: no JVM library renders them all.
 * Uses the JDK only; text, lexer, parser, tree, evaluator and Python's values each have a small class.
 */
@NullMarked
package dev.tarn.engine.chat.jinja;

import org.jspecify.annotations.NullMarked;
