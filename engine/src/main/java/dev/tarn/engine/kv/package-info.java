/**
 * Where keys, values and index keys of a sequence live: off-heap pages, shared copy-on-write between forks of a sequence,
 * or entries in a file. May use calls of the C library and nothing else of the engine.
 */
@NullMarked
package dev.tarn.engine.kv;

import org.jspecify.annotations.NullMarked;
