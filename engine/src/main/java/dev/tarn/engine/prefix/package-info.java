/**
 * Prefixes of prompts, kept in memory and in a folder so that no sequence reads twice what another one has read. May use
 * {@code engine.kv}.
 */
@NullMarked
package dev.tarn.engine.prefix;

import org.jspecify.annotations.NullMarked;
