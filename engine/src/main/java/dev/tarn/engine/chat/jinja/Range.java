package dev.tarn.engine.chat.jinja;

import java.util.List;

/**
 * What range() returns.
 *
 * @param text how it prints
 * @param items its integers, at most 100,000 as in Jinja2's sandbox
 */
record Range(String text, List<Object> items) {}
