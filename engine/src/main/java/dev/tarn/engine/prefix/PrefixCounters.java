package dev.tarn.engine.prefix;

/**
 * What a prefix cache did so far.
 *
 * @param asked prompt tokens that were looked up
 * @param hit those of them that did not have to be run
 * @param loadedBytes read from the folder
 * @param savedBytes written to the folder
 * @param evictions files deleted to make room
 */
public record PrefixCounters(long asked, long hit, long loadedBytes, long savedBytes, long evictions) {}
