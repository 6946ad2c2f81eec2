package dev.tarn.sim.access;

import java.util.Arrays;
import java.util.List;

/**
 * What is resident as a whole.
 *
 * @param page tokens in it; 1 is a token by itself
 */
public record Granularity(int page) {
    /** Every entry by itself. */
    public static final Granularity TOKEN = new Granularity(1);

    /** Checks the page. */
    public Granularity {
        if (page < 1) {
            throw new IllegalArgumentException("granularity page:" + page + " has no tokens; use page:N with N >= 1");
        }
    }

    /** Reads a list such as {@code token,page:64}. */
    public static List<Granularity> parseList(String text) {
        return Arrays.stream(text.split(",", -1)).map(Granularity::parse).toList();
    }

    /** Reads {@code token} or {@code page:N}. */
    public static Granularity parse(String text) {
        String item = text.strip();
        if (item.equals("token")) {
            return TOKEN;
        }
        if (item.matches("page:[0-9]{1,9}")) {
            return new Granularity(Integer.parseInt(item.substring("page:".length())));
        }
        throw new IllegalArgumentException("unknown granularity '" + item + "'; use token or page:N");
    }

    /** As options and results write it. */
    @Override
    public String toString() {
        return page == 1 ? "token" : "page:" + page;
    }
}
