package dev.tarn.study.access;

import dev.tarn.sim.replay.MissRatioCurve;
import java.util.List;

/**
 * Miss-ratio curves that belong in one picture.
 *
 * @param granularity {@code token} or {@code page:N}
 * @param sharing how the reservation is divided
 * @param curves one for each policy
 */
public record CurveGroup(String granularity, String sharing, List<MissRatioCurve> curves) {}
