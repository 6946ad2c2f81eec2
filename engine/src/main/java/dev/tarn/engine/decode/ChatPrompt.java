package dev.tarn.engine.decode;

/**
 * A conversation in a model's chat form.
 *
 * @param text as the template renders it
 * @param ids the same as token ids; not to be modified
 */
public record ChatPrompt(String text, int[] ids) {}
