/**
 * The lightning indexer as something to train: forward, loss and gradients of one layer over one window, by hand.
 * May use the engine's kernels; knows neither models nor files.
 */
@NullMarked
package dev.tarn.study.distill.network;

import org.jspecify.annotations.NullMarked;
