package dev.tarn.study;

import dev.tarn.study.access.AccessResult;
import dev.tarn.study.fidelity.FidelityResult;
import java.util.List;

/**
 * What a study found.
 *
 * @param fidelity by context, then by attention
 * @param tracedText the name of the text that was traced
 * @param access what the trace says
 */
public record StudyResult(List<FidelityResult> fidelity, String tracedText, AccessResult access) {}
