/**
 * Models by name: a catalogue of what can be fetched, from where, under which licence and with which hash, and the cache folder
 * where fetched models lie. Fetches nothing itself. May use {@code format}.
 */
@NullMarked
package dev.tarn.engine.catalog;

import org.jspecify.annotations.NullMarked;
