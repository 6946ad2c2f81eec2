package dev.tarn.engine.chat.jinja;

/**
 * How much one rendering may cost; real templates stay far below.
 *
 * @param steps nodes evaluated and items walked
 * @param chars characters and list slots made, kept or not; the text given is allowed {@link #PER_INPUT_CHAR} times over on top
 * @param depth nesting of expressions, statements, macro calls and printed values
 */
public record Limits(long steps, long chars, int depth) {
    /** How many times a template may copy what it is given: once for each of a few set, replace and join. */
    public static final int PER_INPUT_CHAR = 64;

    /** 20 million steps, 64 Mi characters, depth 200. */
    public static final Limits DEFAULT = new Limits(20_000_000, 1L << 26, 200);
}
