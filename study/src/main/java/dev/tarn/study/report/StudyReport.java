package dev.tarn.study.report;

import dev.tarn.sim.report.Fact;
import dev.tarn.sim.report.Report;
import dev.tarn.sim.report.Section;
import dev.tarn.study.StudyOptions;
import dev.tarn.study.StudyResult;
import dev.tarn.study.access.AccessResult;
import dev.tarn.study.access.ReserveOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The report of a study, and the part of it that a trace alone gives. */
public final class StudyReport {
    private static final String SOURCE_OPTION = "--trace-source";
    private static final String SOURCE_NOTE =
            "text: the traced steps follow the book, whatever the model would have said. greedy: they follow the model; a small"
                    + " model's own greedy text loops and would flatter every figure below.";

    private StudyReport() {}

    /** The whole study; {@code configuration} is printed as given. */
    public static Report of(StudyResult result, StudyOptions options, Map<String, String> configuration) {
        List<Section> sections = new ArrayList<>(FidelitySections.of(result.fidelity(), options.fidelity()));
        sections.addAll(trace(result.access(), options.reserve()));
        return new Report(
                "Tarn study",
                "A language model reads long books with facts planted in them and answers under dense attention and under dynamic"
                        + " sparse attention. Then it decodes over a text while every layer's reads are recorded, and the record is"
                        + " replayed through caches of many sizes.",
                facts(configuration),
                sections);
    }

    /** What a trace alone says. */
    public static Report ofTrace(AccessResult result, ReserveOptions options, Map<String, String> configuration) {
        return new Report(
                "Tarn trace",
                "Which cached tokens every layer read at every decode step, and what a reserved cache would have caught of them.",
                facts(configuration),
                trace(result, options));
    }

    private static List<Section> trace(AccessResult result, ReserveOptions options) {
        List<Section> sections = new ArrayList<>(SelectionSections.of(result));
        sections.addAll(AccessSections.of(result));
        sections.addAll(ReserveSections.of(result, options));
        return sections;
    }

    private static List<Fact> facts(Map<String, String> configuration) {
        return configuration.entrySet().stream()
                .map(e -> {
                    Fact fact = Fact.of(e.getKey(), e.getValue());
                    return e.getKey().equals(SOURCE_OPTION) ? fact.because(SOURCE_NOTE) : fact;
                })
                .toList();
    }
}
