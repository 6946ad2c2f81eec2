/**
 * Windows of training text: stretches of books, some with generated facts and the questions about them in the model's chat form.
 * May use {@code study.text} and the engine's tokenizer and chat template.
 */
@NullMarked
package dev.tarn.study.distill.text;

import org.jspecify.annotations.NullMarked;
