/**
 * Distillation: a lightning indexer for any dense backbone, trained on the user's machine, and how good it became.
 * May use the engine and {@code study.text}; its report may use the other studies.
 */
@NullMarked
package dev.tarn.study.distill;

import org.jspecify.annotations.NullMarked;
