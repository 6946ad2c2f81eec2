package dev.tarn.study;

import dev.tarn.study.access.ReserveOptions;
import dev.tarn.study.access.TraceOptions;
import dev.tarn.study.fidelity.FidelityOptions;

/**
 * All that decides a study's figures.
 *
 * @param fidelity what is asked under which attentions
 * @param trace what is traced
 * @param reserve how reservations are priced
 * @param page tokens of a page, for page utilisation
 */
public record StudyOptions(FidelityOptions fidelity, TraceOptions trace, ReserveOptions reserve, int page) {}
