package dev.tarn.engine.chat.jinja;

/**
 * What is left of the {@link Limits} of one rendering. Every operation that can grow asks here before it grows, so a hostile
 * template ends in an error and not in a hang or an exhausted heap.
 */
final class Budget {
    private final Limits limits;
    private final long allowedChars;
    private long steps;
    private long chars;
    private int depth;

    Budget(Limits limits, long inputChars) {
        this.limits = limits;
        this.allowedChars = limits.chars() + Limits.PER_INPUT_CHAR * inputChars;
    }

    void step() {
        steps(1);
    }

    void steps(long n) {
        steps += n;
        if (steps > limits.steps()) {
            throw new TemplateException("the template runs for more than " + limits.steps() + " steps");
        }
    }

    /** Announces n characters or list slots about to be made. */
    void grow(long n) {
        chars += Math.max(n, 0);
        if (chars > allowedChars || chars < 0) {
            throw new TemplateException("the template makes more than " + allowedChars + " characters");
        }
    }

    void enter() {
        if (++depth > limits.depth()) {
            throw new TemplateException("the template nests deeper than " + limits.depth());
        }
    }

    void leave() {
        depth--;
    }
}
