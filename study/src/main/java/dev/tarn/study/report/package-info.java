/**
 * A study and a trace as sections of an HTML report. May use the results of {@code study}, and {@code sim.report} to draw them.
 */
@NullMarked
package dev.tarn.study.report;

import org.jspecify.annotations.NullMarked;
